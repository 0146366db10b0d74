// Checks a log's checkpoint, proofs and tiles with golang.org/x/mod/sumdb: see test_interop.py.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Key, Note string
	Inclusion []struct {
		Index int64
		Leaf  string
		Proof []string
	}
	Consistency struct {
		Old   int64
		Root  string
		Proof []string
	}
	Tiles map[string]string
}

func hash(text string) (found tlog.Hash) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != tlog.HashSize {
		panic("not a hash")
	}
	copy(found[:], raw)
	return found
}

func hashes(texts []string) (found []tlog.Hash) {
	for _, text := range texts {
		found = append(found, hash(text))
	}
	return found
}

// tree opens the note and reads the three lines of the checkpoint in it. tlog.ParseTree wants Go's own first line.
func tree(asked question) (tlog.Tree, bool) {
	verifier, err := note.NewVerifier(asked.Key)
	if err != nil {
		return tlog.Tree{}, false
	}
	opened, err := note.Open([]byte(asked.Note), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, false
	}
	lines := strings.SplitN(opened.Text, "\n", 2)
	found, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	return found, err == nil
}

// tiles checks paths, and every hash in a tile of a higher level against the tile of the lower one, where both are there.
func tiles(asked question) bool {
	for path, text := range asked.Tiles {
		// Go's paths name the height of tiles and put the level of data elsewhere; the rest is the same.
		tile, err := tlog.ParseTilePath("tile/8/" + strings.TrimPrefix(path, "tile/"))
		raw, _ := hex.DecodeString(text)
		if err != nil || len(raw) != tile.W*tlog.HashSize {
			return false
		}
	}
	lower, _ := hex.DecodeString(asked.Tiles["tile/0/000"])
	upper, _ := hex.DecodeString(asked.Tiles["tile/1/000"])
	full := tlog.Tile{H: 8, L: 0, N: 0, W: 256}
	left, wrong := tlog.HashFromTile(full, lower, tlog.StoredHashIndex(7, 0))
	right, err := tlog.HashFromTile(full, lower, tlog.StoredHashIndex(7, 1))
	root := tlog.NodeHash(left, right)
	return wrong == nil && err == nil && bytes.Equal(root[:], upper[:tlog.HashSize])
}

func judge(asked question) string {
	head, good := tree(asked)
	if !good {
		return "refused: note"
	}
	for _, item := range asked.Inclusion {
		proof := tlog.RecordProof(hashes(item.Proof))
		if tlog.CheckRecord(proof, head.N, head.Hash, item.Index, hash(item.Leaf)) != nil {
			return "refused: inclusion"
		}
	}
	old := asked.Consistency
	if tlog.CheckTree(tlog.TreeProof(hashes(old.Proof)), head.N, head.Hash, old.Old, hash(old.Root)) != nil {
		return "refused: consistency"
	}
	if !tiles(asked) {
		return "refused: tiles"
	}
	return fmt.Sprintf("ok: %d inclusion proofs, 1 consistency proof, %d tiles", len(asked.Inclusion), len(asked.Tiles))
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	fmt.Println(judge(asked))
}
