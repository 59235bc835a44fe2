import Glibc

/// Runs one program with a text as its input, and waits.
enum ChildProcess {
    struct Outcome {
        /// 128 and the signal when one ended it.
        let status: Int32
        let output: String
        let complaints: String
    }

    /// - Returns: nil when it cannot be started.
    static func run(_ path: String, _ arguments: [String], input: String = "") -> Outcome? {
        guard let stdin = Pipe(), let stdout = Pipe(), let stderr = Pipe() else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin.read, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout.write, 1)
        posix_spawn_file_actions_adddup2(&actions, stderr.write, 2)
        var words = cStrings([path] + arguments)
        var settings = cStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
        defer {
            for word in words + settings { free(word) }
        }
        var pid: pid_t = 0
        guard posix_spawn(&pid, path, &actions, nil, &words, &settings) == 0 else { return nil }
        stdin.closeRead()
        stdout.closeWrite()
        stderr.closeWrite()
        stdin.fill(input)
        // Both are short: what nft says fits in a pipe.
        let (output, complaints) = (stdout.drain(), stderr.drain())
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output, complaints: complaints)
    }

    /// As C takes them, with a null behind.
    private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var strings: [UnsafeMutablePointer<CChar>?] = []
        for text in texts { strings.append(strdup(text)) }
        strings.append(nil)
        return strings
    }

    private final class Pipe {
        private(set) var read: Int32
        private(set) var write: Int32

        init?() {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (read, write) = (ends[0], ends[1])
        }

        deinit {
            closeRead()
            closeWrite()
        }

        func closeRead() {
            if read >= 0 { close(read) }
            read = -1
        }

        func closeWrite() {
            if write >= 0 { close(write) }
            write = -1
        }

        func fill(_ text: String) {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(write, $0.baseAddress, $0.count) }
                if count <= 0 { break }
                rest = rest.dropFirst(count)
            }
            closeWrite()
        }

        func drain() -> String {
            var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
            while true {
                let count = Glibc.read(read, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += buffer[..<count]
            }
        }
    }
}
