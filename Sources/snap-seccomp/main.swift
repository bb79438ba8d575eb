// `snap-seccomp compile SRC OUT | dump FILE | library-version | version-info`
import Glibc
import Permissions

let outcome = FilterCommand.run(Array(CommandLine.arguments.dropFirst()))
print(outcome.output, terminator: "")
fputs(outcome.errors, stderr)
exit(outcome.status)
