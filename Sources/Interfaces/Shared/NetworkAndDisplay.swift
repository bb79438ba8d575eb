internal import Permissions

extension PermissionSet {
  /// What looking up names of hosts, users and services needs (nsswitch.conf(5)).
  mutating func nameService() {
    files(
      .read, "/etc/{group,passwd,nsswitch.conf,host.conf,hosts,gai.conf,networks,protocols,services,resolv.conf}",
      "/etc/libnl-*/classid", "/etc/resolvconf/run/resolv.conf", "/{,var/}run/{resolvconf,NetworkManager}/resolv.conf",
      "/run/systemd/resolve/{resolv,stub-resolv}.conf", "/var/lib/extrausers/{group,passwd}")
    files(.readWrite, "/{,var/}run/nscd/socket", "/{,var/}run/avahi-daemon/socket")
    network(.inet, .stream)
    network(.inet6, .stream)
    network(.inet, .dgram)
    network(.inet6, .dgram)
    network(.netlink, .raw)
  }

  /// Devices of a program that draws the screen and reads the keyboard.
  mutating func displayServerDevices() {
    udev(
      #"KERNEL=="tty[0-9]*""#, #"KERNEL=="mice""#, #"KERNEL=="mouse[0-9]*""#,
      #"KERNEL=="event[0-9]*", SUBSYSTEM=="input""#, #"KERNEL=="ts[0-9]*""#)
  }

  /// What programs need to reach an X server (X(7)): its sockets, its cookies, keyboards and cursors.
  mutating func x11Client(server: PeerLabel) {
    files(.readWrite, "/tmp/.X11-unix/X[0-9]*")
    unix([.connect, .receive, .send], type: .stream, peer: server, peerAddress: "@/tmp/.X11-unix/X[0-9]*")
    files(
      .read, owner: true, "$HOME/.Xauthority", "$HOME/.Xdefaults{,-*}", "$HOME/.XCompose",
      "/{,var/}run/gdm{,3}/*/database", "/{,var/}run/lightdm/authority/[0-9]*", "/{,var/}run/lightdm/*/xauthority",
      "/{,var/}run/user/*/{gdm/Xauthority,X11/Xauthority}", "/{,var/}run/sddm/xauth_*")
    files(
      .read, "/usr/share/X11/{,**}", "/etc/X11/cursors/{,**}")
  }
}
