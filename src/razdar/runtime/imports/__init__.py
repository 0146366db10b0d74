"""Taking tables in from files: in a stream, mapped with somebody's consent, resumable, nothing lost, nothing twice.

This package knows nothing of customers or calls. A room says what its columns mean and takes rows in
(`razdar.runtime.imports.targets`); the rest is here:

``reading``, ``dialect``   the file: encoding, separator, rows with their line numbers, in bounded memory
``mapping``, ``asking``    which column is what; shown with the first rows masked, and asked for
``book``                   what the database remembers of a run and its lines; no word of what stood in them
``running``, ``workers``   the run: claim, take in, settle; again and again until all is done
``rejects``, ``reports``   rows set aside: a file to correct, a report without their content, a summary that adds up
``shredding``              overwriting and removing originals, and what that cannot promise

Rules
-----
* A row is in one state: *waiting*, *imported*, *present* (was there already) or *bad*. At the end none waits, and the
  three others add up to the rows that were read.
* A line is claimed, with the id that what it becomes will have, before it is taken in; what it becomes and that the
  line is done are committed in one transaction. A process that dies at any moment leaves lines that wait, and the next
  run of the same file goes on with them.
* What is the same thing is told by a keyed digest within a client: another file that holds the same thing finds it
  *present*; the same thing twice in one file is *bad* the second time.
* The database remembers line numbers, keyed digests, states and codes of reasons.
"""
