import Daemon
import Glibc
import Proof

// The proof is no daemon: it changes the process's namespaces, and so runs before anything else has begun.
if CommandLine.arguments.dropFirst().first == "--prove" {
  exit(ConfinementProof.main(CommandLine.arguments.dropFirst(2)))
}
exit(SnapdProgram.main(CommandLine.arguments))
