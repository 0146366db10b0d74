"""What a unit of ``razdar units`` may not do (systemd.exec(5), systemd.resource-control(5))."""

SANDBOX = """\
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
DevicePolicy=closed
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
"""
ANY_NETWORK = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
THIS_HOST = "IPAddressDeny=any\nIPAddressAllow=localhost\n"
NO_NETWORK = "RestrictAddressFamilies=AF_UNIX\nPrivateNetwork=yes\nIPAddressDeny=any\n"
# What is put into the shared folder is given to its group.
SHARES_FILES = "SystemCallFilter=@chown\n"
NO_NEW_CODE = "MemoryDenyWriteExecute=yes\n"
"""All but what reads and writes sound: libsndfile is told where to read by functions that are made while it runs."""
NOT_SWAPPED = "LimitMEMLOCK=infinity\n"
MANY_CONNECTIONS = "LimitNOFILE=65536\n"
