import CommandLine
import Glibc
import Running

// Starting an app comes before everything else: it must cost nothing that it does not need.
let words = Swift.CommandLine.arguments
if let app = Running.app(startedAs: words.first ?? "snap", root: environmentRoot()) {
  Running.run([app] + words.dropFirst(), environment: environment())
}
if words.dropFirst().first == "run", !["--help", "-h"].contains(words.dropFirst(2).first) {
  Running.run(Array(words.dropFirst(2)), environment: environment())
}
exit(SnapProgram.run(arguments: words))

/// The environment, one `KEY=value` each.
func environment() -> [String] {
  var entries: [String] = []
  var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
  while let entry = next.pointee {
    entries.append(String(cString: entry))
    next += 1
  }
  return entries
}

/// The root directory that the environment names, for root only.
func environmentRoot() -> String {
  guard getuid() == 0, let root = getenv("SNAPPY_GLOBAL_ROOT") else { return "" }
  return String(cString: root)
}
