import LaunchPlan
import Testing

@testable import Running

@Suite struct ArgumentsTests {
  @Test func optionsStopAtTheApp() throws {
    var arguments = try RunArguments(["--shell", "hello.world", "--shell", "-r", "x"])
    #expect(arguments.shell)
    #expect(arguments.target == "hello.world")
    #expect(arguments.arguments == ["--shell", "-r", "x"])
    #expect(arguments.tag == "snap.hello.world")
    arguments = try RunArguments(["--command=stop", "--", "hello_key"])
    #expect(arguments.command == "stop")
    #expect(arguments.tag == "snap.hello_key.hello")
    arguments = try RunArguments(["--hook", "configure", "-r", "x1", "--root=/r", "hello"])
    #expect(arguments.tag == "snap.hello.hook.configure")
    #expect(arguments.revision == "x1")
    #expect(arguments.root == "/r")
  }

  @Test(arguments: [
    ([], "need the application to run as argument"), (["--shell"], "need the application to run as argument"),
    (["--bogus", "a"], "unknown flag `bogus'"), (["-x", "a"], "unknown flag `x'"),
    (["--hook"], "expected argument for flag `--hook'"), (["-r"], "expected argument for flag `-r'"),
    (["--hook=h", "--command=stop", "a"], "you can only use one of --hook, --command, and --timer"),
    (["-r1", "a"], "-r can only be used with --hook"),
    (["--gdb", "a"], "cannot use --gdb: use --gdbserver"),
    (["--debug-log=1", "a"], "bool flag `--debug-log' cannot have an argument"),
    (["--hook=h", "a", "b", "c"], "too many arguments for hook \"h\": b c"),
  ])
  func mistakesHaveTheReferencesWords(arguments: [String], message: String) {
    let error = #expect(throws: RunError.self) { try RunArguments(arguments) }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    (["--explain", "a"], true), (["--shell", "--explain", "a"], true), (["--root", "/r", "--explain", "a"], true),
    (["--timer", "10:00", "a"], true), (["--timer=10:00", "a"], true), (["a", "--timer=10:00"], false),
    (["a", "--explain"], false), (["--", "--explain"], false), (["--root", "--explain", "a"], false), ([], false),
    (["--strace", "a"], true), (["--strace=-o x", "a"], true), (["--gdbserver", "a"], true),
    (["--straces", "a"], false),
  ])
  func someOptionsAreForTheOtherProgram(arguments: [String], expected: Bool) throws {
    #expect(RunArguments.isForCommandLine(arguments) == expected)
    #expect(try RunArguments(["--stopped", "a"]).stopped)
  }

  @Test func commandsComeFromThePlan() throws {
    var plan = LaunchPlan(securityTag: "snap.a.b", instanceName: "a", snapName: "a", revision: "1", version: "1")
    plan.appName = "b"
    plan.command = ["/run"]
    plan.stopCommand = ["/stop", "now"]
    #expect(try Running.command(RunArguments(["a.b"]), plan) == ["/run"])
    #expect(try Running.command(RunArguments(["--command=stop", "a.b"]), plan) == ["/stop", "now"])
    #expect(try Running.command(RunArguments(["--shell", "a.b"]), plan) == ["/bin/bash"])
    #expect(throws: RunError("no \"reload\" command found for \"b\"")) {
      try Running.command(RunArguments(["--command=reload", "a.b"]), plan)
    }
    #expect(throws: RunError("cannot use \"x\" command")) {
      try Running.command(RunArguments(["--command=x", "a.b"]), plan)
    }
    #expect(Running.app(startedAs: "/usr/bin/snap") == nil)
    #expect(Running.app(startedAs: "/snap/bin/hello.world", root: "/nowhere") == "hello.world")
  }

  @Test(arguments: [
    ("/usr/bin/snap", "/usr/lib/snapd/snap-cli"), ("/tree/usr/bin/snap", "/tree/usr/lib/snapd/snap-cli"),
    ("/build/snap", "/build/snap-cli"), ("/elsewhere/renamed", "/usr/lib/snapd/snap-cli"),
    ("/usr/bin/snap (deleted)", "/usr/lib/snapd/snap-cli"), ("", "/usr/lib/snapd/snap-cli"),
  ])
  func otherCommandsAreThoseOfTheSameTree(program: String, expected: String) {
    #expect(Running.commandLine(besides: program) == expected)
  }

  @Test(arguments: [
    ("root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann,,,:/home/ann//:/bin/sh\n", "/home/ann"),
    ("ann:x:1000:1000::/home/ann:", "/home/ann"), ("#ann:x:1000:1000::/home/ann:\n", nil),
    ("+ann:x:1000:1000::/home/ann:\n", nil), (":x:1000:1000::/home/ann:\n", nil),
    ("ann:x:1000:1000:/home/ann:\n", nil), ("a:b:ann:x:1000:1000::/home/ann:\n", nil),
    ("ann:x:1000:::/home/ann:/bin/sh", nil), ("ann:x:01001:0::/:\n\nbob:x:1000:0::/:", "/"),
    ("ann:x:4294968296:0::/home/ann:/bin/sh", nil), ("", nil),
  ])
  func usersAreFoundByNumber(database: String, home: String?) {
    #expect(RunUser.user(1000, in: Array(database.utf8))?.home == home)
  }
}
