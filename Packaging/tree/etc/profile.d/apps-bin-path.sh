# Login shells find the commands of snaps, and their desktops the applications. Sourced by sh and relatives: nothing
# here may end the shell or leave a variable behind.
case ":${PATH}:" in
*:/snap/bin:*) ;;
*) PATH="${PATH:+$PATH:}/snap/bin" ;;
esac
export PATH

# Without the variable the standard places are meant, and must be named once another is.
case ":${XDG_DATA_DIRS:=/usr/local/share:/usr/share}:" in
*:/var/lib/snapd/desktop:* | *:/var/lib/snapd/desktop/:*) ;;
*) XDG_DATA_DIRS="${XDG_DATA_DIRS}:/var/lib/snapd/desktop" ;;
esac
export XDG_DATA_DIRS
