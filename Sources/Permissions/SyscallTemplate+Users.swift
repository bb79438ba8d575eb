extension SyscallTemplate {
  /// What a declared user adds: becoming that user and its group, in every mixture with root that keeps a way
  /// back, and giving files to it. `USER` and `GROUP` stand for the names. Source: `spec/default-access.tsv`.
  static let declaredUser = """
    setgid g:GROUP
    setgid32 g:GROUP
    setregid g:GROUP g:GROUP
    setregid32 g:GROUP g:GROUP
    setregid -1 g:GROUP
    setregid32 -1 g:GROUP
    setregid g:GROUP -1
    setregid32 g:GROUP -1
    setregid g:root g:GROUP
    setregid32 g:root g:GROUP
    setregid g:GROUP g:root
    setregid32 g:GROUP g:root
    setresgid g:GROUP g:GROUP g:GROUP
    setresgid32 g:GROUP g:GROUP g:GROUP
    setresgid -1 g:GROUP -1
    setresgid32 -1 g:GROUP -1
    setresgid g:GROUP g:GROUP -1
    setresgid32 g:GROUP g:GROUP -1
    setresgid g:GROUP g:GROUP g:root
    setresgid32 g:GROUP g:GROUP g:root
    setresgid g:GROUP g:root g:root
    setresgid32 g:GROUP g:root g:root
    setuid u:USER
    setuid32 u:USER
    setreuid u:USER u:USER
    setreuid32 u:USER u:USER
    setreuid -1 u:USER
    setreuid32 -1 u:USER
    setreuid u:USER -1
    setreuid32 u:USER -1
    setreuid u:root u:USER
    setreuid32 u:root u:USER
    setreuid u:USER u:root
    setreuid32 u:USER u:root
    setresuid u:USER u:USER u:USER
    setresuid32 u:USER u:USER u:USER
    setresuid -1 u:USER -1
    setresuid32 -1 u:USER -1
    setresuid u:USER u:USER -1
    setresuid32 u:USER u:USER -1
    setresuid u:USER u:USER u:root
    setresuid32 u:USER u:USER u:root
    setresuid u:USER u:root u:root
    setresuid32 u:USER u:root u:root
    chown - u:USER g:GROUP
    chown32 - u:USER g:GROUP
    fchown - u:USER g:GROUP
    fchown32 - u:USER g:GROUP
    fchownat - - u:USER g:GROUP
    lchown - u:USER g:GROUP
    lchown32 - u:USER g:GROUP
    chown - u:USER -1
    chown32 - u:USER -1
    fchown - u:USER -1
    fchown32 - u:USER -1
    fchownat - - u:USER -1
    lchown - u:USER -1
    lchown32 - u:USER -1
    chown - -1 g:GROUP
    chown32 - -1 g:GROUP
    fchown - -1 g:GROUP
    fchown32 - -1 g:GROUP
    fchownat - - -1 g:GROUP
    lchown - -1 g:GROUP
    lchown32 - -1 g:GROUP
    chown - u:USER g:root
    chown32 - u:USER g:root
    fchown - u:USER g:root
    fchown32 - u:USER g:root
    fchownat - - u:USER g:root
    lchown - u:USER g:root
    lchown32 - u:USER g:root
    chown - u:root g:GROUP
    chown32 - u:root g:GROUP
    fchown - u:root g:GROUP
    fchown32 - u:root g:GROUP
    fchownat - - u:root g:GROUP
    lchown - u:root g:GROUP
    lchown32 - u:root g:GROUP
    """
}
