import LaunchPlan

/// Inputs to start from that are binary: they are made of the code itself, so that they never are of an old format.
enum Seeds {
  /// A launch plan with something in every list; nil when it cannot be encoded.
  static func plan() -> [UInt8]? {
    var plan = LaunchPlan(
      securityTag: "snap.foo.a", instanceName: "foo", snapName: "foo", revision: "x1", version: "1")
    plan.command = ["/snap/foo/x1/bin/a", "--b"]
    plan.environment = [.init("SNAP", "/snap/foo/x1")]
    plan.declaredEnvironment = [.init("A", "$SNAP/b")]
    plan.rootfs = "/snap/core22/1"
    plan.namespaceKey = "key"
    plan.view = [
      .tmpfs(target: "/tmp", mode: 0o1777, options: [.noExecute]), .directory(target: "/a/b", mode: 0o755),
      .bind(source: "/x", target: "/y", options: [.optional]), .symlink(target: "/l", content: "../up"),
      .file(target: "/etc/x", content: "text\n", mode: 0o644), .userData(roots: ["/home", "/root"]),
    ]
    plan.pathRules = [PathRule("/snap", [.read, .execute])]
    plan.denyFilter = [UInt8](repeating: 1, count: 8)
    plan.allowFilter = [UInt8](repeating: 2, count: 16)
    return try? plan.encoded()
  }
}
