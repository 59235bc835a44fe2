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
    /// So many answers in a row may end without a single byte more, although they are complete.
    private static let patience = 3

    func run(limit: Duration) async throws {
        if FileDigest.of(path) == payload.digest { return }
        let (end, found) = (ContinuousClock.now + limit, size)
        var backoff = Backoff(first: 1, longest: 60)
        var (hasBegunAnew, barren) = (false, 0)
        while true {
            let before = size
            do {
                try await append()
                guard size == payload.bytes else {
                    // A store, or a proxy in front of it, that gives less than all of it: the rest is asked for.
                    barren = size > before ? 0 : barren + 1
                    guard barren < Self.patience else {
                        throw PatchFailure(
                            "\(payload.name) has \(size) bytes and not the \(payload.bytes) that were signed")
                    }
                    throw AgentError.unreachable(ServerLink.host(of: payload.url), reason: "the answer ended early")
                }
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
                return try StateFolder.parent(of: path).sync()
            } catch AgentError.refused(416, _, _) where before > 0 && !hasBegunAnew {
                // What is here is no beginning of what is there.
                unlink(part)
                hasBegunAnew = true
            } catch AgentError.refused(let status, _, _) where [401, 403, 410].contains(status) && size > found {
                throw PatchWithdrawal(
                    reason:
                        "the address of \(payload.name) is over before all of it is here; the next order has a new one."
                )
            } catch let error as AgentError {
                if size > before { backoff.succeeded() }
                if error.isFinal { throw PatchFailure("\(payload.name) cannot be fetched: \(error.message)") }
                guard ContinuousClock.now < end else {
                    throw PatchFailure("\(payload.name) could not be fetched in time: \(error.message)")
                }
                try await Task.sleep(for: backoff.failed())
            }
        }
    }

    /// Of what is here.
    private var size: Int64 {
        var facts = stat()
        return stat(part, &facts) == 0 ? Int64(facts.st_size) : 0
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
        // What was cut off stays for the next attempt, also where this one fails.
        defer { fsync(descriptor) }
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
        guard fsync(descriptor) == 0 else { throw failure() }
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
