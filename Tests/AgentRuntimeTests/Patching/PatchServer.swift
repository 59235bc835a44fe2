import AgentProtocol
import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport

/// As much of a server as one agent needs to be told to install something, with a key of its own.
final class PatchServer: Sendable {
    /// What is wrong with how files are given.
    enum FileFlaw: Sendable {
        case none
        /// The first answer breaks off in its middle.
        case cut
        /// Each answer gives a third of the file, says that this is all, and ends well.
        case short
        /// No answer has the second half.
        case half
    }

    /// Makes what is handed out of an order, with the key that the agent believes.
    typealias Signing = @Sendable (PatchOrder, OrderSigningKey) throws -> SignedPatchOrder

    private struct State {
        var orders: [(order: PatchOrder, sign: Signing)] = []
        var reports: [PatchReport] = []
        var heartbeats: [AgentHeartbeat] = []
        var inventories: [Inventory] = []
        var files: [String: [UInt8]] = [:]
        var ranges: [String?] = []
        var answer: @Sendable (PatchReport, Int) -> PatchAnswer = { _, _ in PatchAnswer(.proceed) }
        var orderKey: OrderKey?
        var keyChanges: [SignedOrderKeyChange] = []
        var signer: OrderSigningKey
        var flaw = FileFlaw.none
        var isGone = false
    }

    let tenant = TenantID.make()
    let agent = AgentID.make()
    private let listener: LocalListener
    private let state: Mutex<State>

    init() throws {
        listener = try LocalListener()
        let key = OrderSigningKey()
        state = Mutex(State(orderKey: key.publicKey, signer: key))
        let descriptor = listener.descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [weak self] in
                    if self?.state.withLock({ $0.isGone }) == false { self?.serve(connection) }
                    close(connection)
                }
            }
        }
    }

    deinit { stop() }

    func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var reports: [PatchReport] { state.withLock { $0.reports } }
    var heartbeats: [AgentHeartbeat] { state.withLock { $0.heartbeats } }
    var inventories: [Inventory] { state.withLock { $0.inventories } }
    /// Of the requests for files.
    var ranges: [String?] { state.withLock { $0.ranges } }

    func outcomes(of job: PatchJob) -> [PatchReport] { reports.filter { $0.job == job && $0.phase.isOutcome } }

    /// The order is handed out until its outcome is here.
    func hand(_ order: PatchOrder, _ sign: @escaping Signing = { try $1.sign($0) }) {
        state.withLock { $0.orders.append((order, sign)) }
    }
    func withdraw(_ job: PatchJob) { state.withLock { $0.orders.removeAll { $0.order.job == job } } }
    /// As one that was restored from a copy: all that it was told so far is lost, and orders are handed out again.
    func forget() { state.withLock { $0.reports = [] } }
    /// Connections are closed before anything is answered.
    func go(away isGone: Bool) { state.withLock { $0.isGone = isGone } }
    func answering(_ answer: @escaping @Sendable (PatchReport, Int) -> PatchAnswer) {
        state.withLock { $0.answer = answer }
    }
    func offer(_ bytes: [UInt8], as name: String, flaw: FileFlaw = .none) {
        state.withLock { state in
            state.files[name] = bytes
            state.flaw = flaw
        }
    }
    /// Another key signs from now on; it is announced under the old one's signature, or not.
    func changeKey(announced: Bool) throws {
        let new = OrderSigningKey()
        try state.withLock { state in
            if announced { state.keyChanges.append(try state.signer.sign(successor: new.publicKey, of: tenant)) }
            state.signer = new
            state.orderKey = new.publicKey
        }
    }

    /// An order for this agent, of a server whose clock stands in the year 2001.
    func order(
        _ packages: [PatchOrder.Package], deployment: DeploymentID = .make(), kind: PatchJob.Kind = .install,
        attempt: Int = 1, tool: PatchOrder.Tool = .apt, reboot: RebootPolicy = RebootPolicy(.never)
    ) -> PatchOrder {
        let issued = Date(timeIntervalSince1970: 1_000_000_000)
        return PatchOrder(
            tenant: tenant, agent: agent,
            job: PatchJob(deployment: deployment, endpoint: .make(), kind: kind, attempt: attempt), nonce: UUID(),
            issued: issued, expires: issued.addingTimeInterval(900), tool: tool, packages: packages, reboot: reboot)
    }

    private func serve(_ connection: Int32) {
        guard let request = Request(connection) else { return }
        if request.path.hasPrefix("/files/") { return sendFile(request, connection) }
        let (status, body) = answer(request)
        respond(connection, status, body)
    }

    private func answer(_ request: Request) -> (Int, [UInt8]) {
        do {
            switch request.path {
            case "/api/agents/enrol":
                let key = state.withLock { $0.orderKey }
                return (200, try AgentJSON.encode(AgentEnrolled(tenant: tenant, agent: agent, orderKey: key)))
            case "/api/agents/inventory":
                let report: AgentInventory = try AgentJSON.decode(from: request.body)
                guard let inventory = report.inventory else {
                    return (409, Array(#"{"type": "/problems/inventory.base_unknown", "detail": "All of it."}"#.utf8))
                }
                state.withLock { $0.inventories.append(inventory) }
                return (204, [])
            case "/api/agents/work":
                return (200, try AgentJSON.encode(try work(AgentJSON.decode(from: request.body))))
            case "/api/agents/patches":
                let report: PatchReport = try AgentJSON.decode(from: request.body)
                let (answer, count) = state.withLock { state in
                    state.reports.append(report)
                    return (state.answer, state.reports.count { $0.job == report.job && $0.phase == report.phase })
                }
                return (200, try AgentJSON.encode(answer(report, count)))
            default: return (204, [])
            }
        } catch {
            return (500, Array(#"{"type": "/problems/x", "detail": "\#(error)"}"#.utf8))
        }
    }

    private func work(_ heartbeat: AgentHeartbeat) throws -> AgentWork {
        let work = try state.withLock { state in
            state.heartbeats.append(heartbeat)
            let done = Set(state.reports.filter(\.phase.isOutcome).map(\.job))
            let orders = try state.orders.filter { !done.contains($0.order.job) }.map { order, sign in
                var order = order
                order.nonce = heartbeat.patching?.nonce ?? UUID()
                return try sign(order, state.signer)
            }
            return AgentWork(
                actions: [], orders: orders, orderKey: heartbeat.patching?.key == nil ? state.orderKey : nil,
                keyChanges: state.keyChanges)
        }
        if work.orders?.isEmpty == true { Thread.sleep(forTimeInterval: 0.2) }
        return work
    }

    private func sendFile(_ request: Request, _ connection: Int32) {
        let name = String(request.path.dropFirst("/files/".count))
        let range = request.headers["range"]
        let (bytes, flaw, isFirst) = state.withLock { state in
            state.ranges.append(range)
            return (state.files[name] ?? [], state.flaw, state.ranges.count == 1)
        }
        let from = range.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        let end =
            switch flaw {
            case .none, .cut: bytes.count
            case .short: from + bytes.count / 3 + 1
            case .half: bytes.count / 2
            }
        let rest = Array(bytes[min(from, bytes.count)..<max(min(from, bytes.count), min(end, bytes.count))])
        respond(
            connection, range == nil ? 200 : 206, rest, cutAfter: flaw == .cut && isFirst ? rest.count / 2 : nil)
    }

    private func respond(_ connection: Int32, _ status: Int, _ body: [UInt8], cutAfter: Int? = nil) {
        let head = "HTTP/1.1 \(status) Answer\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        var rest = (Array(head.utf8) + body[..<(cutAfter ?? body.count)])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    private struct Request {
        let path: String
        let headers: [String: String]
        let body: [UInt8]

        init?(_ connection: Int32) {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let end = Array("\r\n\r\n".utf8)
            while true {
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0 else { return nil }
                bytes += buffer[..<count]
                guard let place = Data(bytes).range(of: Data(end)) else { continue }
                let lines = String(decoding: bytes[..<place.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let halves = line.split(separator: ":", maxSplits: 1)
                    if halves.count == 2 {
                        headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces)
                    }
                }
                let size = headers["content-length"].flatMap { Int($0) } ?? 0
                while bytes.count < place.upperBound + size {
                    let count = recv(connection, &buffer, buffer.count, 0)
                    guard count > 0 else { return nil }
                    bytes += buffer[..<count]
                }
                path = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? ""
                self.headers = headers
                body = Array(bytes[place.upperBound...])
                return
            }
        }
    }
}
