import CEpoll
import CPostgres
import Glibc

/// Drives one COPY on a connection that it takes out of pipeline mode. Used by the reactor's thread.
final class CopyDriver {
    enum Progress {
        case busy
        case lost
        case ended(Result<Int, PostgresError>)
    }

    private enum Phase {
        case starting
        case sending
        case receiving
        /// The server's last word is awaited; `failure` is ours, where it is not the server's.
        case finishing
    }

    let task: CopyTask
    private let wire: Wire
    private var phase = Phase.starting
    private var unsent: [UInt8]?
    private var collected: [UInt8] = []
    private var failure: PostgresError?
    private var rows = 0
    private var isStarted: Bool
    private var isPaused = false
    private var hasServerSpoken = false

    init(_ task: CopyTask, wire: Wire) {
        self.task = task
        self.wire = wire
        isStarted = PQexitPipelineMode(wire.connection) == 1 && PQsendQuery(wire.connection, task.sql) == 1
    }

    /// Does what can be done without waiting.
    func step() -> Progress {
        guard isStarted, wire.flush() else { return .lost }
        while true {
            let before = phase
            let progress: Progress? =
                switch phase {
                case .starting: start()
                case .sending: send()
                case .receiving: receive()
                case .finishing: finish()
                }
            if let progress { return progress }
            if phase == before { return .busy }
        }
    }

    /// Ends a COPY FROM that is still sending. False: only a cancel request helps.
    func abort() -> Bool {
        task.abort()
        return task.direction == .into && phase != .finishing
    }

    private func start() -> Progress? {
        guard PQisBusy(wire.connection) == 0 else { return nil }
        guard let result = PQgetResult(wire.connection) else { return .lost }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COPY_IN where task.direction == .into: phase = .sending
        case PGRES_COPY_OUT where task.direction == .out: phase = .receiving
        case PGRES_COPY_IN, PGRES_COPY_OUT: return .lost
        default:
            failure = ServerReport.failure(result) ?? PostgresError(.decoding, detail: "the statement is no COPY")
            phase = .finishing
        }
        return nil
    }

    private func send() -> Progress? {
        while !wire.hasUnsent {
            noticeServerError()
            if hasServerSpoken { return end(nil) }
            guard let chunk = unsent else {
                switch task.take() {
                case .nothing: return nil
                case .finished: return end(nil)
                case .aborted: return end("cancelled by the client")
                case .chunk(let chunk): unsent = chunk
                }
                continue
            }
            let status = chunk.withUnsafeBytes {
                PQputCopyData(wire.connection, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
            }
            if status < 0 { return .lost }
            if status == 1 { unsent = nil }
            guard wire.flush() else { return .lost }
        }
        return nil
    }

    private func end(_ reason: String?) -> Progress? {
        if let reason { failure = PostgresError(.cancelled, detail: reason) }
        guard PQputCopyEnd(wire.connection, reason) == 1, wire.flush() else { return .lost }
        phase = .finishing
        return nil
    }

    /// libpq shows an error in mid-COPY only at the end, after all the data was sent for nothing. In
    /// clear text its message begins with `E`, which can be seen before libpq takes it. Not always: libpq
    /// reads by itself when it cannot write, and then the data is sent for nothing after all.
    func noticeServerError() {
        guard phase == .sending, PQsslInUse(wire.connection) == 0, PQgssEncInUse(wire.connection) == 0 else { return }
        var first: UInt8 = 0
        let count = recv(PQsocket(wire.connection), &first, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count == 1 && first == UInt8(ascii: "E") { hasServerSpoken = true }
    }

    private func receive() -> Progress? {
        if isPaused {
            isPaused = false
            wire.setReading(true)
        }
        while true {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(wire.connection, &row, 1)
            if let row {
                collected.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
                PQfreemem(row)
                if collected.count < CopyChunk.size { continue }
                if deliver() { continue }
                isPaused = true
                wire.setReading(false)
                return nil
            }
            if length == 0 { return nil }
            if !collected.isEmpty { _ = deliver() }
            phase = .finishing
            return nil
        }
    }

    private func deliver() -> Bool {
        var chunk: [UInt8] = []
        chunk.reserveCapacity(CopyChunk.capacity)
        swap(&chunk, &collected)
        return task.deliver(chunk)
    }

    private func finish() -> Progress? {
        while PQisBusy(wire.connection) == 0 {
            guard let result = PQgetResult(wire.connection) else {
                return wire.isBroken ? .lost : .ended(failure.map { .failure($0) } ?? .success(rows))
            }
            defer { PQclear(result) }
            if let refusal = ServerReport.failure(result) {
                // The server's answer to our own abort says less than the abort.
                let isOurs = task.isAborted && (refusal.isQueryCanceled || failure?.kind == .cancelled)
                failure = isOurs ? PostgresError(.cancelled, detail: refusal.detail) : refusal
            } else if let text = PQcmdTuples(result) {
                rows = Int(String(cString: text)) ?? 0
            }
        }
        return nil
    }
}

extension ServerReport {
    /// Nil when the result is no error.
    static func failure(_ result: OpaquePointer) -> PostgresError? {
        PQresultStatus(result) == PGRES_FATAL_ERROR ? ServerReport(result).error : nil
    }
}
