import Domain
import FoundationEssentials
import Glibc

/// What a job's tools have said: the last part of it, however much they say.
struct PatchLog {
    /// As much of it is kept.
    static let limit = PatchLogReport.longest
    /// A tool that says more is cut while it runs.
    static let longestOutput = 1 << 20

    let folder: StateFolder

    /// The job's text, as its folder is named.
    var job: String { String(folder.path.split(separator: "/").last ?? "") }

    private var output: String { "\(folder.path)/output" }
    private var log: String { "\(folder.path)/log" }

    /// A file for what a tool says. Where the disk takes none, one in memory: a tool is not to fail, and what there is is to
    /// be read, for want of a log.
    func begin(_ command: ToolCommand) throws -> Int32 {
        if !command.isQuiet { try? append("$ \(command)\n") }
        let descriptor = open(output, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor >= 0, MachineLook.free(folder.path).map({ $0 > Int64(Self.longestOutput) }) ?? true {
            return descriptor
        }
        let reason = String(cString: strerror(descriptor < 0 ? errno : ENOSPC))
        if descriptor >= 0 { close(descriptor) }
        for place in ["/dev/shm", "/run", "/tmp"] {
            let path = "\(place)/garrison-agent-\(UUID().uuidString)"
            let other = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
            guard other >= 0 else { continue }
            unlink(path)
            return other
        }
        throw PatchFailure("\(output) cannot be written: \(reason)")
    }

    /// The tool has ended.
    func end(_ descriptor: Int32, isQuiet: Bool) -> String {
        let text = tail(of: descriptor, Self.longestOutput)
        unlink(output)
        if !isQuiet { try? append(text) }
        return text
    }

    /// The tool is gone, with an agent that was killed.
    func end() {
        try? append(tail(of: output, Self.longestOutput))
        unlink(output)
    }

    func note(_ sentence: String) { try? append("# \(sentence)\n") }

    func keepSmall(_ descriptor: Int32) {
        var facts = stat()
        if fstat(descriptor, &facts) == 0, facts.st_size > Self.longestOutput { ftruncate(descriptor, 0) }
    }

    /// As much as a report takes, from the end.
    var tail: String { tail(of: log, PatchReport.longestLog) }

    /// All that is kept.
    var whole: String { tail(of: log, Self.limit) }

    private func append(_ text: String) throws {
        guard !text.isEmpty else { return }
        var whole = tail(of: log, Self.limit) + text
        if whole.utf8.count > Self.limit { whole = String(decoding: whole.utf8.suffix(Self.limit), as: UTF8.self) }
        try folder.write(Array(whole.utf8), to: "log")
    }

    private func tail(of path: String, _ limit: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        return tail(of: descriptor, limit)
    }

    private func tail(of descriptor: Int32, _ limit: Int) -> String {
        let size = Int(lseek(descriptor, 0, Int32(SEEK_END)))
        lseek(descriptor, off_t(max(0, size - limit)), Int32(SEEK_SET))
        var bytes = [UInt8](repeating: 0, count: min(size, limit))
        var done = 0
        while done < bytes.count {
            let space = bytes.count - done
            let count = bytes[done...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, space) }
            if count <= 0 { break }
            done += count
        }
        return String(decoding: bytes[..<done].filter { $0 != 0 }, as: UTF8.self)
    }
}
