import Glibc

/// The last system call's error as a phrase: `Permission denied`.
func systemReason(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }

/// What stat(2) says of a path; nil when there is nothing, or nothing that we may see.
func fileStatus(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
}
