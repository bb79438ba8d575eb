internal import Permissions

extension Interface {
  /// Lets a snap play and record sound with the sound cards themselves.
  static let alsa = Interface(
    "alsa", "allows a snap to play and record sound with the sound cards themselves", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/dev/snd/")
      grants.files(.readWrite, "/dev/snd/*")
      grants.files(
        .read,
        "/run/udev/data/c116:[0-9]*", "/run/udev/data/+sound:card[0-9]*", "/var/lib/alsa/{,*}", "/proc/asound/")
      grants.files(.readWrite, "/proc/asound/**")
      grants.udev(
        #"KERNEL=="controlC[0-9]*""#, #"KERNEL=="hwC[0-9]*D[0-9]*""#, #"KERNEL=="pcmC[0-9]*D[0-9]*[cp]""#,
        #"KERNEL=="midiC[0-9]*D[0-9]*""#, #"KERNEL=="timer""#, #"KERNEL=="seq""#,
        #"SUBSYSTEM=="sound", KERNEL=="card[0-9]*""#)
    }
  }
}
