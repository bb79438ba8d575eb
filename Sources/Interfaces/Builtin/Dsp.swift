internal import Permissions

extension Interface {
  /// Lets a snap use the signal processors of a board. Attributes: `flavor`.
  static let dsp = Interface(
    "dsp", "allows a snap to use the signal processors of a board",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.gadget, .core])), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      // The only maker whose devices the interface knows.
      guard connection.slot.read.string("flavor") == "ambarella" else { return }
      grants.files(.readWrite, "/dev/ucode", "/dev/iav", "/dev/cavalry", "/dev/ambad", "/dev/lens")
      grants.files(.read, "/proc/ambarella/iav")
      grants.files(.readWrite, "/proc/ambarella/ambnl/**")
      grants.files(.read, "/proc/ambarella/udc", "/proc/ambarella/clock")
      grants.files(.readWrite, "/proc/ambarella/dsp_print")
      grants.files(.read, "/proc/ambarella/hdmi_edid", "/proc/ambarella/cma")
      grants.files(.readWrite, "/proc/ambarella/ambarella_hwtimer", "/proc/ambarella/ambarella_hwtimer_outfreq")
      grants.files(.read, "/proc/ambarella/vapi_sync", "/proc/ambarella/dsp_state", "/proc/ambarella/vin[0-9]_idsp")
      grants.files(
        .readWrite,
        "/proc/ambarella/[0-9a-e][0-9a-e][0-9a-e][0-9a-e][0-9a-e][0-9a-e][0-9a-e][0-9a-e].dma",
        "/proc/ambarella/usbphy0")
      grants.udev(
        #"KERNEL=="iav""#, #"KERNEL=="cavalry""#, #"KERNEL=="ucode""#, #"KERNEL=="lens""#, #"KERNEL=="ambad""#)
    }
  }
}
