import API
import Client
import Explaining
import Glibc

/// `snap run --explain`: the app runs as ever, watched, and what it was refused is told at its end.
struct ExplainedRun {
  /// What follows `snap run`, without `--explain`.
  let words: [String]
  let app: String
  let context: Context

  /// Runs the app.
  ///
  /// - Throws: a silent `Failure` with the app's exit code when that is not 0.
  func run() throws {
    let program = try Helper.snap(in: context)
    let isRoot = context.userID == 0
    // Somebody without privilege cannot trace the launcher, which then would have none; the app stops itself before
    // it begins, and is traced from there.
    let command = [program, "run"] + (isRoot ? [] : ["--stopped"]) + words
    var tracer = Tracer(root: context.root)
    context.out.flush()
    let report: Tracer.Report
    do {
      report = try tracer.run(command, environment: Self.environment(), start: isRoot ? .traced : .whenStopped)
    } catch {
      throw Failure("\(error); ask root to run it with --explain, or see \"snap why\"")
    }
    // An app that never began has said why.
    if report.reachedApp { tell(report) }
    if report.exitCode != 0 { throw Failure("", exitCode: report.exitCode) }
  }

  private func tell(_ report: Tracer.Report) {
    let instruction = ExplainInstruction(app: app, failures: report.failures.map(FailedCallJSON.init))
    do throws(ClientError) {
      let result: ExplainedJSON = try context.client.sync("POST", "/v2/explain", body: instruction)
      if !result.confinement.isEmpty {
        context.err.line("\(app): nothing is refused to a snap in \(result.confinement) confinement")
      } else if result.denials.isEmpty {
        context.err.line("\(app): nothing was refused")
      } else {
        context.err.write(DenialText.lines(result))
      }
      if report.isCut { context.err.line("The app failed in more ways than are kept (\(Tracer.limit)).") }
    } catch {
      context.err.line("cannot explain what \(app) was refused: \(error)")
    }
  }

  private static func environment() -> [String] {
    var variables: [String] = []
    var pointer = environ
    while let variable = pointer.pointee {
      variables.append(String(cString: variable))
      pointer += 1
    }
    return variables
  }
}

extension FailedCallJSON {
  init(_ failure: TracedFailure) {
    self.init(
      arch: failure.arch, number: failure.number, arguments: failure.arguments, errno: Int(failure.errno),
      uid: failure.uid, command: failure.command)
    switch failure.target {
    case .none: break
    case .path(let path, let access, let isOutside, let isDirectory, let isOwn):
      kind = "path"
      self.path = path
      self.access = access
      outside = isOutside
      directory = isDirectory
      own = isOwn
    case .abstract(let name):
      kind = "abstract"
      path = name
    case .address(let family):
      kind = "address"
      self.family = Int(family)
    case .mount(let type, let source, let target):
      kind = "mount"
      self.type = type
      self.source = source
      path = target
    case .unmount(let target):
      kind = "unmount"
      path = target
    case .signal(let number):
      kind = "signal"
      signal = Int(number)
    case .ptrace: kind = "ptrace"
    }
  }
}
