"""A stand-in for tldextract 5 (see README.md): asks the network for its list, unless it is told not to."""

import socket


class TLDExtract:
    def __init__(self, cache_dir="", suffix_list_urls=("list",)):
        if suffix_list_urls or cache_dir is not None:
            with socket.create_connection(("127.0.0.1", 9), timeout=1):
                pass
