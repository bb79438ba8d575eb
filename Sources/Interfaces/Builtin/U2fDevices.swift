internal import Permissions

extension Interface {
  /// Keys for FIDO and U2F, by their makers' numbers.
  static let u2fDevices = Interface(
    "u2f-devices", "allows use of security keys", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("rwk", "/dev/hidraw*")
      grants.files(
        .read,
        "/run/udev/data/c23[4-9]:*", "/run/udev/data/c24[0-9]:*", "/run/udev/data/c25[0-4]:*",
        "/run/udev/data/+power_supply:hid*", "/run/udev/data/c14:[0-9]*",
        "/sys/devices/**/i2c*/**/report_descriptor", "/sys/devices/**/usb*/**/report_descriptor")
      // No static literal: vendors and products of the table below.
      for (vendor, products) in securityKeys {
        let match =
          #"SUBSYSTEM=="hidraw", KERNEL=="hidraw*", ATTRS{idVendor}=="\#(vendor)", ATTRS{idProduct}=="\#(products)""#
        if let rule = try? UdevRule(match) { grants.udev.append(rule) }
      }
    }
  }

  /// USB numbers of security keys, as their makers publish them for udev.
  private static let securityKeys: [(vendor: String, products: String)] = [
    ("1050", "0113|0114|0115|0116|0120|0121|0200|0402|0403|0406|0407|0410"),  // Yubico
    ("2581", "f1d0"),  // Happlink
    ("1e0d", "f1d0|f1ae"),  // Neowave
    ("096e", "0850|0852|0853|0854|0856|0858|085a|085b|085d|0866|0867|0880"),  // Feitian, HyperSecu
    ("24dc", "0101|0501"),  // JaCarta
    ("10c4", "8acf"),  // U2F Zero
    ("1a44", "00bb"),  // VASCO
    ("2abe", "1002"),  // Bluink
    ("1ea8", "f025|fc25"),  // Thetis, ExcelSecu
    ("20a0", "4287|42b1|42b2|42b3"),  // Nitrokey
    ("18d1", "5026|9470"),  // Google
    ("0483", "cdab|a2ca|a2ac"),  // Tomu, SoloKeys
    ("1209", "53c1|5070|50b0|beee"),  // Trezor, SoloKeys
    ("534c", "0001"),  // Trezor
    ("1d50", "60fc"),  // OnlyKey
    ("058b", "022d"),  // Infineon
    ("2c97", "0001|0004|0011|0015|1011|1015|4011|4015"),  // Ledger
    ("2ccf", "0880"),  // Ensurity
    ("047d", "8055"),  // Kensington
    ("1370", "0911"),  // Swissbit
    ("32a3", "3201"),  // GoTrust
    ("311f", "4a1a|4c2a|5c2f|a6e9|f47c"),  // TrustKey
  ]
}
