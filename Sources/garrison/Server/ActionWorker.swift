import Connectors
import Domain
import FoundationEssentials
import Logging
import Response
import ServiceLifecycle
import Store

/// Sends what was decided to vendors, and asks them how it stands; several workers, in this process or others, share it.
///
/// That an action is being sent is committed before the vendor is asked: whatever dies in between, nobody sends it again.
struct ActionWorker: Service {
    let store: Store
    let secrets: SecretKey
    let network: TransportSettings
    let logger: Logger
    let name: String

    /// Looks for actions this often even when no notification comes.
    static let pollInterval = Duration.seconds(2)
    /// Actions that are sent or asked after at once.
    static let places = 16

    func run() async throws {
        let network = ConnectorNetwork(network)
        let connectors = StoredConnectors(store: store, network: network) { try secrets.box() }
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(store.actions.arrivals(), every: Self.pollInterval) { wakeups, signal in
                await work(connectors, wakeups, signal)
            }
        }
        try await network.close()
    }

    private func work(
        _ connectors: StoredConnectors, _ wakeups: AsyncStream<Void>, _ signal: AsyncStream<Void>.Continuation
    ) async {
        await withDiscardingTaskGroup { group in
            let places = Places(Self.places)
            for await _ in wakeups {
                await sweep()
                while !Task.isCancelled, await places.take() {
                    guard let errand = await due() else {
                        await places.giveBack()
                        break
                    }
                    group.addTask {
                        // Not cut off when the program stops: an answer that is not heard leaves the outcome unknown.
                        await Task { await perform(errand, connectors) }.value
                        await places.giveBack()
                        signal.yield()
                    }
                }
                if Task.isCancelled { break }
            }
        }
    }

    /// Something to do with an action.
    private enum Errand {
        case send(ActionRecord)
        case check(ActionRecord)

        var action: ActionRecord {
            switch self {
            case .send(let action), .check(let action): action
            }
        }
    }

    private func due() async -> Errand? {
        let kinds = ConnectorKind.all.map(\.id)
        do {
            if let action = try await store.actions.take(worker: name, kinds: kinds) { return .send(action) }
            return try await store.actions.takeCheck(worker: name, kinds: kinds).map { .check($0) }
        } catch {
            if !Task.isCancelled { logger.warning("cannot look for actions: \(error)") }
            return nil
        }
    }

    private func sweep() async {
        do {
            try await store.actions.sweep()
        } catch {
            if !Task.isCancelled { logger.warning("cannot end actions whose time is over: \(error)") }
        }
    }

    private func perform(_ errand: Errand, _ connectors: StoredConnectors) async {
        let action = errand.action
        let metadata: Logger.Metadata = [
            "action": "\(action.id)", "kind": "\(action.kind)", "source": "\(action.source)",
        ]
        do {
            let status = try await Wakeups.keepingLease({ try await store.actions.keep(action) }) {
                switch errand {
                case .send: try await send(action, connectors)
                case .check: try await check(action, connectors)
                }
            }
            if let status { logger.info("an action is \(status.rawValue)", metadata: metadata) }
        } catch {
            logger.error("cannot note what came of an action: \(error)", metadata: metadata)
        }
    }

    private func send(_ action: ActionRecord, _ connectors: StoredConnectors) async throws -> ActionStatus? {
        guard let id = action.connector else { return nil }
        let connector: any Connector
        do {
            connector = try await connectors.connector(id, tenant: action.tenant)
        } catch let error as any UserFacingError {
            return try await store.actions.settle(action, .putOff(error.message))
        }
        do {
            let receipt = try await connector.perform(action.request)
            return try await store.actions.settle(action, .answered(receipt.state), receipt: receipt)
        } catch let error as ConnectorError {
            return try await settle(action, error)
        } catch let error as StoreError {
            throw error
        }
    }

    /// A connector that throws is certain that the vendor did not take it, but for what it says is uncertain.
    private func settle(_ action: ActionRecord, _ error: ConnectorError) async throws -> ActionStatus? {
        switch error {
        case .uncertain:
            let receipt = ActionReceipt(reference: nil, state: .unknown(error.message))
            return try await store.actions.settle(action, .answered(receipt.state), receipt: receipt)
        case .throttled(_, let seconds):
            return try await store.actions.settle(action, .putOff(error.message), asked: Double(seconds))
        case .unreachable, .unavailable, .broken, .timedOut:
            return try await store.actions.settle(action, .putOff(error.message))
        default:
            return try await store.actions.settle(action, .refused(error.message))
        }
    }

    private func check(_ action: ActionRecord, _ connectors: StoredConnectors) async throws -> ActionStatus? {
        guard let id = action.connector else { return nil }
        var state: ActionState?
        do {
            let connector = try await connectors.connector(id, tenant: action.tenant)
            // Of a worker that died while it was sending, there is no receipt.
            let receipt = action.receipt ?? ActionReceipt(reference: nil, state: .unknown(action.message ?? ""))
            state = try await connector.state(of: action.request, receipt)
        } catch let error as any UserFacingError {
            logger.warning("cannot ask how an action stands: \(error.message)", metadata: ["action": "\(action.id)"])
        }
        return try await store.actions.settleCheck(action, state)
    }
}
