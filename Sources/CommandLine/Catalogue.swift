/// All commands, in the order and groups of `snap help --all`.
enum Catalogue {
  struct Group: Sendable {
    var title: String
    /// Said in brackets by `snap help --all`.
    var note: String
    var commands: [any Command.Type]
  }

  static let groups: [Group] = [
    Group(
      title: "Basics", note: "package management",
      commands: [
        FindCommand.self, InfoCommand.self, InstallCommand.self, RemoveCommand.self, ListCommand.self,
      ]),
    Group(
      title: "...more", note: "slightly more advanced package management",
      commands: [
        RefreshCommand.self, RevertCommand.self, SwitchCommand.self, DisableCommand.self, EnableCommand.self,
        CreateCohortCommand.self,
      ]),
    Group(
      title: "History", note: "manage system change transactions",
      commands: [ChangesCommand.self, TasksCommand.self, AbortCommand.self, WatchCommand.self]),
    Group(
      title: "Daemons", note: "manage services",
      commands: [
        ServicesCommand.self, StartCommand.self, StopCommand.self, RestartCommand.self, LogsCommand.self,
      ]),
    Group(
      title: "Permissions", note: "manage permissions",
      commands: [
        ConnectionsCommand.self, InterfaceCommand.self, ConnectCommand.self, DisconnectCommand.self,
        WhyCommand.self,
      ]),
    Group(
      title: "Configuration", note: "system administration and configuration",
      commands: [GetCommand.self, SetCommand.self, UnsetCommand.self, WaitCommand.self]),
    Group(
      title: "App Aliases", note: "manage aliases",
      commands: [AliasCommand.self, AliasesCommand.self, UnaliasCommand.self, PreferCommand.self]),
    Group(
      title: "Account", note: "authentication to snapd and the stores that snaps come from",
      commands: [LoginCommand.self, LogoutCommand.self, WhoamiCommand.self, StoreCommand.self]),
    Group(title: "Device", note: "manage device", commands: [ModelCommand.self]),
    Group(
      title: "Assertions", note: "signed documents and the keys that sign them",
      commands: [KnownCommand.self, AckCommand.self, SignCommand.self, ExportKeyCommand.self]),
    Group(
      title: "Other", note: "miscellanea", commands: [WarningsCommand.self, OkayCommand.self, VersionCommand.self]),
    Group(
      title: "Development", note: "developer-oriented features",
      commands: [DownloadCommand.self, RunCommand.self, PackCommand.self, TryCommand.self]),
    Group(title: "Validation Sets", note: "snaps that belong together", commands: [ValidateCommand.self]),
  ]

  /// Commands that help does not group.
  static let ungrouped: [any Command.Type] = [
    HelpCommand.self, DebugCommand.self, InterfacesCommand.self, UserdCommand.self, RoutineCommand.self,
    HandleLinkCommand.self, AdviseSnapCommand.self, CreateKeyCommand.self, DeleteKeyCommand.self, KeysCommand.self,
    SignBuildCommand.self,
  ]

  static var all: [any Command.Type] { groups.flatMap { $0.commands } + ungrouped }

  /// What can be typed, for suggestions.
  static var names: [String] {
    all.filter { !$0.grammar.hidden || $0 == HelpCommand.self }.flatMap { [$0.grammar.name] + $0.grammar.aliases }
  }

  /// The command a word names. The quick ones first: a grammar is made only for those asked about.
  static func command(named name: String) -> (any Command.Type)? {
    switch name {
    case "list": return ListCommand.self
    case "install": return InstallCommand.self
    default: return all.first { $0.grammar.name == name || $0.grammar.aliases.contains(name) }
    }
  }

  /// Commands of the reference that do not exist here yet (`spec/features.md` §1).
  static let unsupported: Set<String> = [
    "components", "component", "saved", "save", "check-snapshot", "restore", "forget", "export-snapshot",
    "import-snapshot", "report-issue", "remodel", "reboot", "recovery", "prepare-image", "set-quota", "remove-quota",
    "quota", "quotas", "auto-import", "booted", "firstboot", "buy", "create-user", "remove-user", "managed", "repair",
    "repairs", "delta",
  ]
}
