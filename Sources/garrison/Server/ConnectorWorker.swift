import Connectors
import Domain
import FoundationEssentials
import Logging
import ServiceLifecycle
import Store

/// Reads vendors' accounts when they are due, several at once; several workers, in this process or others, share them.
struct ConnectorWorker: Service {
    let store: Store
    let secrets: SecretKey
    let network: TransportSettings
    let logger: Logger
    let name: String

    /// Looks for accounts this often even when nobody asks for one to be read.
    static let pollInterval = Duration.seconds(2)
    /// Accounts that are read at once. One waits for its vendor most of the time.
    static let places = 8
    /// A sync that takes longer goes on when others have had their turn.
    static let slice = Duration.seconds(300)

    func run() async throws {
        let network = ConnectorNetwork(network)
        let connectors = StoredConnectors(store: store, network: network) { try secrets.box() }
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(store.connectors.requests(), every: Self.pollInterval) { wakeups, signal in
                await sync(connectors, wakeups, signal)
            }
        }
        try await network.close()
    }

    private func sync(
        _ connectors: StoredConnectors, _ wakeups: AsyncStream<Void>, _ signal: AsyncStream<Void>.Continuation
    ) async {
        await withDiscardingTaskGroup { group in
            let places = Places(Self.places)
            for await _ in wakeups {
                while !Task.isCancelled, await places.take() {
                    guard let turn = await due() else {
                        await places.giveBack()
                        break
                    }
                    group.addTask {
                        await read(turn, connectors)
                        await places.giveBack()
                        signal.yield()
                    }
                }
                if Task.isCancelled { break }
            }
            group.cancelAll()
        }
    }

    private func due() async -> SyncTurn? {
        do {
            return try await store.connectors.takeTurn(worker: name, kinds: ConnectorKind.all.map(\.id))
        } catch {
            if !Task.isCancelled { logger.warning("cannot look for accounts to read: \(error)") }
            return nil
        }
    }

    private func read(_ turn: SyncTurn, _ connectors: StoredConnectors) async {
        let metadata: Logger.Metadata = ["connector": "\(turn.id)", "tenant": "\(turn.tenant)"]
        do {
            let outcomes = try await turn.held(in: store) {
                let connector = try await connectors.connector(turn.id, tenant: turn.tenant)
                return try await ConnectorSync(store: store, turn: turn, connector: connector, slice: Self.slice).run()
            }
            let problems = outcomes.compactMap(\.problem)
            if problems.isEmpty {
                logger.info("an account was read", metadata: metadata)
            } else {
                logger.warning("an account was not read: \(problems.joined(separator: " "))", metadata: metadata)
            }
        } catch {
            if Task.isCancelled { return }
            let message = (error as? any UserFacingError)?.message ?? "\(error)"
            logger.error("an account was not read: \(message)", metadata: metadata)
        }
    }
}
