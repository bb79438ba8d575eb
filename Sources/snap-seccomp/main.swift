// `snap-seccomp compile SRC OUT | dump FILE | library-version | version-info`
import Glibc
import Permissions

let outcome = FilterCommand.run(Array(CommandLine.arguments.dropFirst()))
print(outcome.output, terminator: "")
_ = Array(outcome.errors.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
exit(outcome.status)
