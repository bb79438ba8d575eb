import Snap
