"""Before anything is installed: the risk profile, and for each group, place and kind of device how it is monitored."""
