import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

/// Brings one file of an order: goes on where it was broken off, no faster than it may, and believes the digest alone.
struct PayloadFetch {
    let payload: PatchOrder.Payload
    /// Where it ends up, whole.
    let path: String
    let bytesPerSecond: Int?
    let client: AgentClient

    private var part: String { "\(path).part" }

    func run(limit: Duration) async throws {
        if FileDigest.of(path) == payload.digest { return }
        let end = ContinuousClock.now + limit
        var backoff = Backoff(first: 1, longest: 60)
        var hasBegunAnew = false
        while true {
            do {
                try await append()
                guard FileDigest.of(part) == payload.digest else {
                    unlink(part)
                    // What was there before may have been of another file.
                    guard !hasBegunAnew else { throw PatchFailure("\(payload.name) is not the file that was signed") }
                    hasBegunAnew = true
                    continue
                }
                guard rename(part, path) == 0 else {
                    throw PatchFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
                }
                return
            } catch let error as AgentError {
                if error.isFinal { throw PatchFailure("\(payload.name) cannot be fetched: \(error.message)") }
                guard ContinuousClock.now < end else {
                    throw PatchFailure("\(payload.name) could not be fetched in time: \(error.message)")
                }
                try await Task.sleep(for: backoff.failed())
            }
        }
    }

    /// What is missing behind what is there.
    private func append() async throws {
        let descriptor = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var size = Int64(lseek(descriptor, 0, Int32(SEEK_END)))
        if size > payload.bytes {
            ftruncate(descriptor, 0)
            size = 0
        }
        guard size < payload.bytes else { return }
        let began = ContinuousClock.now
        var here: Int64 = 0
        try await client.fetch(payload.url, from: size) { isRest, bytes in
            if here == 0, !isRest {
                // The store does not give parts: all of it comes.
                ftruncate(descriptor, 0)
                size = 0
            }
            guard size + here + Int64(bytes.count) <= payload.bytes else {
                throw PatchFailure("\(payload.name) is longer than was signed")
            }
            var offset = size + here
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure() }
                offset += Int64(count)
                rest = rest.dropFirst(count)
            }
            here += Int64(bytes.count)
            if let bytesPerSecond {
                let due = Duration.milliseconds(here * 1000 / Int64(max(1, bytesPerSecond)))
                let elapsed = ContinuousClock.now - began
                if due > elapsed { try await Task.sleep(for: due - elapsed) }
            }
        }
        fsync(descriptor)
    }

    private func failure() -> PatchFailure {
        PatchFailure("\(part) cannot be written: \(String(cString: strerror(errno)))")
    }
}

/// SHA-256 of a file, read piece by piece.
enum FileDigest {
    /// Nil where it cannot be read.
    static func of(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var running = RunningDigest()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return running.text }
            running.update(buffer[..<count])
        }
    }
}
