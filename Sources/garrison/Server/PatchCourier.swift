import API
import Connectors
import Domain
import FoundationEssentials
import Logging
import Notifications
import Response
import ServiceLifecycle
import Store

/// Hands jobs of deployments to those who carry them out where no agent does: vendors and webhooks; and asks them how the
/// jobs stand. Several, in this process or others, share it.
///
/// That a job is being sent is committed, as its endpoint's beginning, before anybody is asked: whatever dies in between,
/// nobody sends it again.
struct PatchCourier: Service {
    let store: Store
    let secrets: SecretKey
    let network: TransportSettings
    let sender: WebhookSender
    let logger: Logger

    /// Looks for jobs this often even when no notification comes.
    static let pollInterval = Duration.seconds(1)
    /// Jobs that are sent or asked after at once.
    static let places = 16

    func run() async throws {
        let network = ConnectorNetwork(network)
        let connectors = StoredConnectors(store: store, network: network) { try secrets.box() }
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(store.deployments.arrivals(), every: Self.pollInterval) { wakeups, signal in
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
                for place in await due() {
                    guard !Task.isCancelled, await places.take() else { break }
                    guard let errand = await take(place) else {
                        await places.giveBack()
                        continue
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

    private func due() async -> [PatchJobStore.Place] {
        do {
            return try await store.patchJobs.due(limit: 4 * Self.places)
        } catch {
            if !Task.isCancelled { logger.warning("cannot look for patch jobs: \(error)") }
            return []
        }
    }

    private func take(_ place: PatchJobStore.Place) async -> PatchJobStore.Errand? {
        do {
            // Not cut off either: what was taken is sent.
            return try await Task { try await store.patchJobs.take(place) }.value
        } catch {
            logger.warning("cannot take a patch job: \(error)", metadata: ["job": "\(place.job)"])
            return nil
        }
    }

    private func perform(_ errand: PatchJobStore.Errand, _ connectors: StoredConnectors) async {
        let metadata: Logger.Metadata = ["job": "\(errand.job.id)"]
        do {
            let status = try await Wakeups.keepingLease({ try await store.patchJobs.keep(errand.job) }) {
                switch errand {
                case .send(let job): try await send(job, connectors)
                case .check(let job): try await check(job, connectors)
                }
            }
            if let status { logger.info("a patch job is \(status.rawValue)", metadata: metadata) }
        } catch {
            logger.error("cannot note what came of a patch job: \(error)", metadata: metadata)
        }
    }

    private func executor(of job: PatchJobRecord, _ connectors: StoredConnectors) async throws -> any PatchExecutor {
        if let connector = job.connector { return try await connectors.patchExecutor(connector, tenant: job.tenant) }
        return try await PatchWebhookSetup.executor(of: job.tenant, store, sender) { try secrets.box() }
    }

    private func send(_ job: PatchJobRecord, _ connectors: StoredConnectors) async throws -> ActionStatus? {
        let jobs = store.patchJobs
        guard let work = job.work else {
            return try await jobs.settle(job, .refused("The job does not say what is to be done."))
        }
        let executor: any PatchExecutor
        do {
            executor = try await self.executor(of: job, connectors)
        } catch let error as any UserFacingError {
            return try await jobs.settle(job, .putOff(error.message))
        }
        let receipt: ActionReceipt
        do {
            receipt = try await executor.begin(work)
        } catch let error as ConnectorError {
            return try await settle(job, error)
        } catch let error as any UserFacingError {
            return try await jobs.settle(job, .refused(error.message))
        } catch {
            // Nothing is thrown but what is certain; what is not known is not.
            let receipt = ActionReceipt(reference: nil, state: .unknown("Handing it over broke off: \(error)"))
            return try await jobs.settle(job, .answered(receipt.state), receipt: receipt)
        }
        return try await jobs.settle(job, .answered(receipt.state), receipt: receipt)
    }

    /// An executor that throws is certain that nobody took the job.
    private func settle(_ job: PatchJobRecord, _ error: ConnectorError) async throws -> ActionStatus? {
        switch error {
        case .uncertain:
            let receipt = ActionReceipt(reference: nil, state: .unknown(error.message))
            return try await store.patchJobs.settle(job, .answered(receipt.state), receipt: receipt)
        case .throttled(_, let seconds):
            return try await store.patchJobs.settle(job, .putOff(error.message), asked: Double(seconds))
        case .unreachable, .unavailable, .broken, .timedOut:
            return try await store.patchJobs.settle(job, .putOff(error.message))
        default:
            return try await store.patchJobs.settle(job, .refused(error.message))
        }
    }

    private func check(_ job: PatchJobRecord, _ connectors: StoredConnectors) async throws -> ActionStatus? {
        var state: ActionState?
        do {
            guard let work = job.work else { return nil }
            let executor = try await executor(of: job, connectors)
            // Of a worker that died while it was sending, there is no receipt.
            var receipt = job.receipt ?? ActionReceipt(reference: nil, state: .unknown(job.message ?? ""))
            // What was told since counts.
            if job.status == .inProgress { receipt.state = .inProgress }
            state = try await executor.state(of: work, receipt)
        } catch let error as any UserFacingError {
            logger.warning("cannot ask how a patch job stands: \(error.message)", metadata: ["job": "\(job.id)"])
        }
        return try await store.patchJobs.settleCheck(job, state)
    }
}

extension PatchCourier {
    /// As configured.
    init(store: Store, configuration: Configuration, logger: Logger) throws {
        self.init(
            store: store, secrets: SecretKey(configuration), network: try TransportSettings(configuration),
            sender: WebhookSender(rule: TargetRule(configuration), agent: "Garrison/\(Build.version)"), logger: logger)
    }
}
