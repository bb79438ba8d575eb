import Glibc
import Host
import Linux
import Permissions
import Snap
import TestSupport
import Testing

@testable import Artefacts

@Suite struct PolkitTests {
  private static let policy = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
     "http://www.freedesktop.org/standards/PolicyKit/1/policyconfig.dtd">
    <policyconfig>
      <!-- nothing -->
      <action id="org.example.foo.act">
        <description xml:lang="de">Tun</description>
        <description>Act &amp; rest</description>
        <message>Do it?</message>
        <defaults><allow_active>auth_admin_keep</allow_active></defaults>
      </action>
    </policyconfig>
    """

  private func write(_ text: String, _ path: String) throws {
    try Files.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    try Files.writeAtomically([UInt8](text.utf8), to: path, mode: 0o644)
  }

  @Test func policiesAndRulesAreTakenFromTheImage() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      let image = root + "/snap/foo/7"
      let rule = "polkit.addRule(function() {});\n"
      try write(Self.policy, image + "/meta/polkit/plug.foo.policy")
      try write("other", image + "/meta/polkit/plugs.foo.policy")
      try write(rule, image + "/meta/polkit/plug.foo.rules")
      let digest = PolkitFiles.digest([UInt8](rule.utf8))
      #expect(PolkitFiles.digest([]) == "DGOnW4ReT30BEH2FLkwkhcUaUKqqlPxhmV5xu-6YOirDcTgxJkrbR_tr0eBY1fAE")
      let with = try subject(
        parts: [
          part("polkit") {
            $0.polkit = [
              .actions(files: "plug", prefix: "org.example.foo"),
              .rule(files: "plug", name: "foo.rules", digest: digest),
            ]
          }
        ], image: image)
      #expect(try bench.artefacts.write(with) == [])
      let files = try bench.files()
      let text = files["/usr/share/polkit-1/actions/snap.foo.interface.plug.foo.policy"] ?? ""
      #expect(text.contains("<description>Act &amp; rest</description>"))
      #expect(text.contains("<allow_active>auth_admin_keep</allow_active>") && !text.contains("Tun"))
      #expect(files["/etc/polkit-1/rules.d/70-snap.foo.plug.foo.rules"] == rule)
      _ = try bench.artefacts.remove(InstanceName("foo"))
      #expect(try bench.files() == [:])
    }
  }

  @Test(arguments: [
    (#"<policyconfig><action id="org.other.act"/></policyconfig>"#, "does not have the prefix"),
    (
      #"<policyconfig><action id="org.example.foo.a"><annotate key="x">y</annotate></action></policyconfig>"#,
      "annotations"
    ),
    (#"<!DOCTYPE x [<!ENTITY a "b">]><policyconfig/>"#, "types of its own"),
    ("<policyconfig>&a;</policyconfig>", "entity"),
    ("<policyconfig><action></policyconfig>", "not closed"), ("<policyconfig>", "ends too early"), ("", "expected"),
    (String(repeating: "<a>", count: 9999), "too many elements"), ("<policyconfig/><policyconfig/>", "more than one"),
    (
      #"<policyconfig><action id="org.example.foo.a"><defaults><allow_any>perhaps</allow_any></defaults></action></policyconfig>"#,
      "unknown authorization"
    ),
  ])
  func badPoliciesAreRefused(_ text: String, _ reason: String) throws {
    do {
      _ = try PolkitPolicyReader.actions(of: [UInt8](text.utf8), prefix: "org.example.foo")
      Issue.record("not refused")
    } catch {
      #expect("\(error)".contains(reason), "\(error)")
    }
  }

  /// What an image must not be able to do: other files by links, waiting for ever, rules that nobody admitted.
  @Test func hostileImages() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      let image = root + "/snap/foo/7"
      try write("secret", root + "/secret")
      try Files.makeDirectories(image + "/meta/polkit")
      let place = image + "/meta/polkit/plug.x.policy"
      func refuses(_ grant: PolkitGrant) throws {
        let with = try subject(parts: [part("polkit") { $0.polkit = [grant] }], image: image)
        #expect(throws: (any Error).self) { _ = try bench.artefacts.write(with) }
        #expect(Set(try bench.files().keys) == ["/secret"])
      }
      let actions = PolkitGrant.actions(files: "plug", prefix: "org.example.foo")
      try refuses(actions)
      try Files.replaceSymlink(at: place, target: root + "/secret")
      try refuses(actions)
      try Files.remove(place)
      #expect(mkfifo(place, 0o644) == 0)
      try refuses(actions)
      try write("rule", image + "/meta/polkit/plug.x.rules")
      try refuses(.rule(files: "plug", name: "x.rules", digest: PolkitFiles.digest([1])))
    }
  }
}

@Suite struct SystemExportTests {
  @Test func driversComeAndGo() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      let icd = root + "/snap/gpu/3/icd"
      try Files.makeDirectories(icd)
      for name in ["a.json", "b.json", ".hidden", "we ird.json"] {
        try Files.writeAtomically([], to: "\(icd)/\(name)", mode: 0o644)
      }
      try Files.replaceSymlink(at: icd + "/link.json", target: "/etc/shadow")
      try Files.makeDirectories(root + "/etc/icd.d")
      try Files.writeAtomically([UInt8]("admin".utf8), to: root + "/etc/icd.d/10_snap_gpu_b.json", mode: 0o644)
      let exports: [SystemExport] = [
        .libraries(of: "gpu_slot", directories: ["/snap/gpu/3/lib"]),
        .libraryList(file: "system_gpu_slot_opengl-driver-libs.library-source", directories: ["/snap/gpu/3/lib"]),
        .links(from: "/snap/gpu/3/icd", into: "/etc/icd.d", prefix: "10_snap_gpu_"),
        .link(toFirstOf: ["/snap/gpu/3/none", "/snap/gpu/3/icd/a.json"], at: "/usr/lib/@{multiarch}/x.json"),
      ]
      #expect(try bench.artefacts.write(exports: exports) == [])
      #expect(bench.calls.take() == ["ldconfig"])
      let files = try bench.files()
      #expect(
        files["/etc/ld.so.conf.d/snap.system.conf"]
          == "# This file is automatically generated.\n\n# Directories from gpu_slot\n/snap/gpu/3/lib\n")
      #expect(
        files["/var/lib/snapd/export/system_gpu_slot_opengl-driver-libs.library-source"] == "/snap/gpu/3/lib\n")
      #expect(files["/etc/icd.d/10_snap_gpu_a.json"] == "-> /snap/gpu/3/icd/a.json")
      #expect(files["/etc/icd.d/10_snap_gpu_b.json"] == "admin")
      #expect(files["/usr/lib/\(Artefacts.multiarch)/x.json"] == "-> /snap/gpu/3/icd/a.json")
      #expect(files.count == 6)
      #expect(try bench.artefacts.write(exports: exports) == [])
      #expect(bench.calls.take() == [])
      #expect(try bench.files() == files)
      #expect(try bench.artefacts.write(exports: []) == [])
      #expect(try bench.files() == ["/etc/icd.d/10_snap_gpu_b.json": "admin"])
    }
  }
}

@Suite struct SystemKeyTests {
  @Test func theKeyIsKeptAndCompared() throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      try Files.makeDirectories(directories.library)
      #expect(SystemKey.read(directories) == nil)
      let key = SystemKey.current(.none)
      #expect(!key.buildID.isEmpty && !key.seccompFeatures.isEmpty)
      try key.write(directories)
      #expect(SystemKey.read(directories) == key)
      let text = String(decoding: try Files.read(directories.systemKey, limit: 1 << 16), as: UTF8.self)
      #expect(text.contains(#""build-id":"#) && text.contains(#""seccomp-compiler-version":"#))
      try Files.writeAtomically([UInt8]("{".utf8), to: directories.systemKey, mode: 0o644)
      #expect(SystemKey.read(directories) == nil)
    }
  }

  @Test func buildsAreToldApartByTheirNotes() {
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes.replaceSubrange(0..<4, with: [0x7f, 0x45, 0x4c, 0x46])
    bytes.replaceSubrange(
      128..<152, with: [4, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0, 0x47, 0x4e, 0x55, 0, 1, 2, 3, 4, 5, 6, 7, 0xff])
    #expect(BuildID.find(in: bytes) == "01020304050607ff")
    for count in 0..<152 { #expect(BuildID.find(in: Array(bytes[..<count])) == nil) }
  }
}

@Suite struct DeviceResolverTests {
  @Test(.enabled(if: getuid() == 0)) func patternsBecomeNumbers() throws {
    try withTemporaryDirectory { root in
      try Files.makeDirectories(root + "/snap/x")
      func node(_ name: String, _ kind: UInt32, _ major: UInt64, _ minor: UInt64) {
        #expect(mknod("\(root)/\(name)", kind | 0o600, dev_t(major << 8 | minor)) == 0)
      }
      node("video0", S_IFCHR, 81, 0)
      node("video10", S_IFCHR, 81, 10)
      node("sda", S_IFBLK, 8, 0)
      node("snap/x/line", S_IFCHR, 250, 1)
      try Files.replaceSymlink(at: root + "/serial-port-gps", target: "video0")
      var grants = PermissionSet()
      grants.files("rw", "/dev/video[0-9]*", "/dev/snap/**", "/dev/serial-port-gps", "/sys/x")
      let nodes = DeviceResolver(dev: root).nodes(of: grants)
      #expect(
        nodes.map { "\($0.path) \($0.rule)" } == [
          "/dev/serial-port-gps c 81:0 rwm", "/dev/snap/x/line c 250:1 rwm", "/dev/video0 c 81:0 rwm",
          "/dev/video10 c 81:10 rwm",
        ])
      #expect(!grants.hasDeviceGroup)
    }
  }
}
