import API
import TestSupport
import Testing

@testable import CommandLine

@Suite struct ParserTests {
  static let grammar = Grammar(
    name: "x", summary: "", help: "",
    options: [
      .flag("all", short: "a", ""), .value("name", short: "n", ""), .value("color", choices: ["auto", "never"], ""),
      Grammar.Option(long: "count", kind: .number(label: "N"), help: ""),
      Grammar.Option(long: "hold", kind: .optionalValue(label: "t"), help: ""),
    ], positionals: [.init("<snap>", .any)])

  @Test(
    arguments: [
      ("", [:], []),
      ("foo --all bar", ["all": [""]], ["foo", "bar"]),
      ("--name=a --name b -nc -n=d -n e", ["name": ["a", "b", "c", "d", "e"]], []),
      ("-an foo x", ["all": [""], "name": ["foo"]], ["x"]),
      ("--hold --hold=3h x", ["hold": ["", "3h"]], ["x"]),
      ("-- --all -n", [:], ["--all", "-n"]),
      ("- --name -", ["name": ["-"]], ["-"]),
      ("--count -3 --name=--all --name=", ["count": ["-3"], "name": ["--all", ""]], []),
    ] as [(String, [String: [String]], [String])])
  func accepts(line: String, values: [String: [String]], positionals: [String]) throws {
    let parsed = try Parser.parse(line.split(separator: " ").map { String($0) }, grammar: Self.grammar)
    #expect(parsed.values == values && parsed.positionals == positionals)
  }

  @Test(arguments: [
    ("--nope", "unknown flag `nope'"), ("--nope=1", "unknown flag `nope'"), ("-z", "unknown flag `z'"),
    ("-az", "unknown flag `z'"), ("--name", "expected argument for flag `-n, --name'"),
    ("--color", "expected argument for flag `--color'"),
    ("--color --all", "expected argument for flag `--color', but got option `--all'"),
    ("--all=1", "bool flag `-a, --all' cannot have an argument"),
    ("-a=1", "bool flag `-a, --all' cannot have an argument"),
    ("--color=red", "Invalid value `red' for option `--color'. Allowed values are: auto or never"),
    (
      "--count=x",
      "invalid argument for flag `--count' (expected int): strconv.ParseInt: parsing \"x\": invalid syntax"
    ),
    ("-h", "help requested"), ("--help", "help requested"),
  ])
  func refuses(line: String, message: String) {
    do {
      _ = try Parser.parse(line.split(separator: " ").map { String($0) }, grammar: Self.grammar)
      Issue.record("accepted")
    } catch { #expect(error.description == message) }
  }

  /// Wrong usage, by the whole program: what goes to standard error, and the exit code.
  @Test(
    arguments: [
      ("instal foo", 64, "error: unknown command \"instal\", see 'snap help'.\nDid you mean 'snap install'?\n"),
      ("zzzzzz", 64, "error: unknown command \"zzzzzz\", see 'snap help'.\n"),
      ("debug stat", 64, "error: unknown command \"stat\", see 'snap help debug'.\nDid you mean 'snap debug state'?\n"),
      ("--nope", 64, "error: unknown flag `nope'\n"),
      ("list --nope", 64, "error: unknown flag `nope'\n"),
      ("install", 64, "error: the required argument `<snap> (at least 1 argument)` was not provided\n"),
      ("revert", 64, "error: the required argument `<snap>` was not provided\n"),
      ("revert a b", 1, "error: too many arguments for command\n"),
      ("version x", 1, "error: too many arguments for command\n"),
      ("saved a", 1, "error: the \"saved\" command is not supported yet\n"),
      ("help saved", 1, "error: the \"saved\" command is not supported yet\n"),
      ("help nope", 64, "error: unknown command \"nope\", see 'snap help'.\n"),
      ("help --all x", 1, "error: help accepts a command, or '--all', but not both.\n"),
      ("install --devmode --jailmode x", 1, "error: cannot use devmode and jailmode flags together\n"),
      ("install --devmode --classic x", 1, "error: cannot use classic and devmode flags together\n"),
      ("install --edge --beta x", 1, "error: Please specify a single channel\n"),
      ("install --name=a b", 1, "error: cannot use explicit name when installing from store\n"),
      ("install --name=a b c", 1, "error: cannot use instance name when installing multiple snaps\n"),
      ("install --devmode b c", 1, "error: a single snap name is needed to specify mode or channel flags\n"),
      ("install ''", 1, "error: cannot install snap with empty name\n"),
      (
        "install /nonexistent.snap", 1,
        "error: cannot open \"/nonexistent.snap\": open /nonexistent.snap: no such file or directory\n"
      ),
      ("refresh --edge", 1, "error: a single snap name is needed to specify mode or channel flags\n"),
      ("refresh --ignore-validation a b", 1, "error: a single snap name must be specified when ignoring validation\n"),
      ("refresh --time --edge", 1, "error: --time does not take mode or channel flags\n"),
      ("refresh --list a", 1, "error: --list does not accept additional arguments\n"),
      ("refresh --explain", 1, "error: --explain can only be used with --list\n"),
      ("refresh --hold --unhold", 1, "error: cannot use --hold and --unhold together\n"),
      ("refresh --hold --amend a", 1, "error: cannot use --hold with other flags\n"),
      ("refresh --unhold --edge a", 1, "error: cannot use --unhold with other flags\n"),
      (
        "refresh --hold=7x", 1,
        "error: hold value must be a number of hours, minutes or seconds, or \"forever\": time: unknown unit \"x\" in "
          + "duration \"7x\"\n"
      ),
      ("refresh --cohort=a", 1, "error: a single snap name is needed to specify mode or channel flags\n"),
      ("install --edge --beta a", 1, "error: Please specify a single channel\n"),
      ("install --channel=a/b/c/d a", 1, "error: channel name has too many components: a/b/c/d\n"),
      (
        "switch a", 1,
        "error: nothing to switch; specify --channel (and/or one of --cohort/--leave-cohort)\n"
      ),
      ("switch --cohort=x --leave-cohort a", 1, "error: cannot specify both --cohort and --leave-cohort\n"),
      ("download --basename=a/b c", 1, "error: cannot specify a path in basename (use --target-dir for that)\n"),
      ("download --revision=1 --edge c", 1, "error: cannot specify both channel and revision\n"),
      ("download --revision=1 --cohort=x c", 1, "error: cannot specify both cohort and revision\n"),
      ("validate --monitor", 1, "error: missing validation set argument\n"),
      ("validate --monitor --enforce a/b", 1, "error: cannot use --monitor and --enforce together\n"),
      ("validate --monitor --refresh a/b", 1, "error: --refresh can only be used together with --enforce\n"),
      ("validate a", 1, "error: cannot parse validation set \"a\": expected a single account/name\n"),
      ("validate ab/c=1=2", 1, "error: cannot parse validation set \"ab/c=1=2\": expected account/name=seq\n"),
      ("validate A/c", 1, "error: cannot parse validation set \"A/c\": invalid account ID \"A\"\n"),
      ("validate ab/c-", 1, "error: cannot parse validation set \"ab/c-\": invalid validation set name \"c-\"\n"),
      ("model --verbose --assertion", 1, "error: cannot use --verbose with --assertion\n"),
      ("store add https://s.example", 64, "error: the required flag `--key' was not specified\n"),
      ("store", 64, "error: Please specify one command of: add, list or remove\n"),
      ("store nope", 64, "error: unknown command \"nope\", see 'snap help store'.\n"),
      ("create-cohort", 64, "error: the required argument `<snap> (at least 1 argument)` was not provided\n"),
      ("advise-snap --from-apt x", 1, "error: advising apt is not supported yet\n"),
      ("remove --revision=1 a b", 1, "error: a single snap name is needed to specify the revision\n"),
      ("changes 17", 1, "error: 'snap changes' command expects a snap name, try 'snap tasks 17'\n"),
      ("tasks", 1, "error: please provide change ID or type with --last=<type>\n"),
      ("tasks --last=install 1", 1, "error: cannot use change ID and type together\n"),
      ("try", 1, "error: the `<snap-dir>` argument was not provided and couldn't be inferred\n"),
      (
        "okay", 1,
        "error: you must have looked at the warnings before acknowledging them. Try 'snap warnings'.\n"
      ),
      (
        "debug", 64,
        "error: Please specify one command of: activate, api, completion, confinement, ensure-state-soon, paths, "
          + "sandbox-features, state or timings\n"
      ),
      ("run x", 46, "error: cannot run \"x\": this program cannot run apps\n"),
    ] as [(String, Int32, String)])
  func wrongUsage(line: String, code: Int32, err: String) throws {
    #expect(try run(line) == Ran(code: code, out: "", err: err))
  }

  @Test func prettyDashes() throws {
    let ran = try run("list —all")
    #expect(ran.err.hasPrefix("Your command has characters that look like dashes but are not:\n    \"snap list —all\""))
  }

  @Test(arguments: [
    ("list", "list", 0), ("lsit", "list", 1), ("ist", "list", 1), ("", "abc", 3), ("install", "list", 5),
  ])
  func distances(a: String, b: String, distance: Int) { #expect(Parser.distance(a, b) == distance) }

  @Test func helpTexts() throws {
    let short = try run("")
    #expect(short.code == 0 && short.out == HelpText.short())
    #expect(try run("help").out == short.out)
    #expect(try run("--help").out == short.out)
    #expect(short.out.contains(" History: changes, tasks, abort, watch\n"))
    #expect(short.out.hasSuffix("For a short summary of all commands, run 'snap help --all'.\n"))

    let all = try run("help --all").out
    for command in Catalogue.all where !command.grammar.hidden {
      #expect(all.contains("\n    \(command.grammar.name) "))
    }
    for name in Catalogue.unsupported { #expect(!all.contains("\n    \(name) ")) }
    #expect(Catalogue.names.allSatisfy { !Catalogue.unsupported.contains($0) })

    #expect(
      try run("abort --help").out == """
        Usage:
          snap abort [abort-OPTIONS] [<change-id>]

        The abort command stops a change that still has steps to do, and undoes those
        that were done.

        [abort command options]
              --last=    The latest change of this type (install, refresh, remove, try,
                         ...); with a question mark at the end of the type, having none
                         is no error

        """)
    #expect(try run("help change").out.contains("The tasks command shows"))
    #expect(try run("debug --help").out.contains("Available commands:\n  api "))
    #expect(try run("help debug api").out == run("debug api -h").out)
    // Every page fits the terminal, and names every option that is not hidden.
    for command in Catalogue.all {
      let page = HelpText.command(command.grammar, path: command.grammar.name, columns: 80)
      #expect(page.split(separator: "\n").allSatisfy { $0.count < 100 }, "\(command.grammar.name)")
      for option in command.grammar.options where !option.hidden { #expect(page.contains("--\(option.long)")) }
    }
    let man = try run("help --man").out
    #expect(man.hasPrefix(".TH snap 8 ") && man.contains(".SS install\n") && man.contains(".SH EXIT STATUS\n"))
    #expect(!man.split(separator: "\n").contains { $0.hasPrefix("'") })
  }

  @Test(arguments: ["bash", "zsh"])
  func completion(shell: String) throws {
    let script = try run("debug completion \(shell)").out
    for command in Catalogue.all where !command.grammar.hidden { #expect(script.contains(command.grammar.name)) }
    #expect(script.contains("--dangerous") && !script.contains("--force-dangerous"))
    #expect(try run("debug completion fish").code == 1)
  }
}
