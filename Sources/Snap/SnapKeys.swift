/// The keys of `snap.yaml` that mean something, by the map they are in; all others are ignored. `docs/format.md` has a
/// row for each, and a test fails when one has none. Source: `spec/features.md` §4 and the seed "The snap format".
public enum SnapKey: String, CaseIterable, Sendable {
  case name, version, type, architectures, assumes, title, summary, description, provenance, license, epoch, base
  case confinement, grade, environment, plugs, slots, apps, hooks, layout, components, links
  case systemUsernames = "system-usernames"
}

/// Keys of `apps: NAME:`.
public enum AppKey: String, CaseIterable, Sendable {
  case command, daemon, completer, plugs, slots, environment, sockets, after, before, timer, autostart
  case commandChain = "command-chain"
  case daemonScope = "daemon-scope"
  case stopCommand = "stop-command"
  case reloadCommand = "reload-command"
  case postStopCommand = "post-stop-command"
  case startTimeout = "start-timeout"
  case stopTimeout = "stop-timeout"
  case watchdogTimeout = "watchdog-timeout"
  case restartDelay = "restart-delay"
  case restartCondition = "restart-condition"
  case successExitStatus = "success-exit-status"
  case refreshMode = "refresh-mode"
  case stopMode = "stop-mode"
  case installMode = "install-mode"
  case busName = "bus-name"
  case activatesOn = "activates-on"
  case commonID = "common-id"
}

/// Keys of `apps: NAME: sockets: NAME:`.
public enum SocketKey: String, CaseIterable, Sendable {
  case listenStream = "listen-stream"
  case socketMode = "socket-mode"
}

/// Keys of `hooks: NAME:`.
public enum HookKey: String, CaseIterable, Sendable {
  case plugs, slots, environment
  case commandChain = "command-chain"
}

/// Keys of `layout: PATH:`.
public enum LayoutKey: String, CaseIterable, Sendable {
  case bind, symlink, type, user, group, mode
  case bindFile = "bind-file"
}

/// Keys of `components: NAME:`.
public enum ComponentKey: String, CaseIterable, Sendable {
  case type, summary, description, hooks
}

/// Keys of `plugs: NAME:` and `slots: NAME:` that are no attributes.
public enum InterfaceEndKey: String, CaseIterable, Sendable {
  case interface, label
}
