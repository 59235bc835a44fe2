import API
import Domain
import Identity
import Logging
import Notifications
import ServiceLifecycle
import Store

/// Decides what tenants are told, and delivers it. Any number of processes may: a message is taken under a lease by
/// one, and taken over when that one vanishes.
struct OutboxDispatcher: Service {
    let store: Store
    let sender: WebhookSender
    let secrets: SecretKey
    let logger: Logger
    let name: String

    /// Looks for messages this often even when no notification comes.
    static let pollInterval = Duration.seconds(5)
    /// A day's digest follows within this time of its beginning.
    static let clockInterval = Duration.seconds(60)
    /// Messages on their way at once: a receiver that takes its time does not hold up the others.
    static let batch = 16

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(store.outbox.arrivals(), every: Self.pollInterval, beside: [decide]) { wakeups, _ in
                for await _ in wakeups {
                    await drain()
                    if Task.isCancelled { break }
                }
            }
        }
    }

    private func decide() async {
        while !Task.isCancelled {
            do {
                let written = try await store.notices.decide()
                if written > 0 { logger.info("digests are written", metadata: ["count": "\(written)"]) }
            } catch {
                if !Task.isCancelled { logger.warning("cannot decide on digests: \(error)") }
            }
            try? await Task.sleep(for: Self.clockInterval)
        }
    }

    private func drain() async {
        while !Task.isCancelled {
            do {
                let messages = try await store.outbox.take(worker: name, limit: Self.batch)
                if messages.isEmpty { return }
                await withTaskGroup(of: Void.self) { group in
                    for message in messages { group.addTask { await deliver(message) } }
                }
            } catch {
                if !Task.isCancelled { logger.warning("cannot look for messages: \(error)") }
                return
            }
        }
    }

    private func deliver(_ message: OutboxMessage) async {
        let delivery = await attempt(message)
        // What was cut off may have arrived or not: it is sent again, under the same id. In a task of its own: this
        // one is cancelled.
        if Task.isCancelled, delivery != .accepted {
            return await Task { try? await store.outbox.release(message) }.value
        }
        let metadata: Logger.Metadata = ["message": "\(message.id)", "kind": "\(message.kind)"]
        do {
            let state = try await Task { try await store.outbox.settle(message, delivery) }.value
            switch delivery {
            case .accepted: logger.info("message sent", metadata: metadata)
            case .failed(let reason, _), .refused(let reason):
                logger.warning("message \(state == .dead ? "given up" : "put off"): \(reason)", metadata: metadata)
            }
        } catch {
            logger.warning("cannot note what came of a message: \(error)", metadata: metadata)
        }
    }

    private func attempt(_ message: OutboxMessage) async -> Delivery {
        do {
            guard let webhook = try await store.webhooks.find(tenant: message.tenant) else {
                return .refused(reason: "No webhook is set up any more.")
            }
            guard webhook.isEnabled || message.kind == OutboxMessage.Kind.test.rawValue else {
                return .refused(reason: "The webhook is switched off.")
            }
            let bytes = try secrets.box().open(webhook.secret, tenant: message.tenant, purpose: WebhookSetup.purpose)
            guard let secret = WebhookSecret(bytes: bytes) else {
                return .refused(reason: "The webhook’s secret is none: set it anew.")
            }
            return await sender.send(
                message.payload, id: message.id.description, to: webhook.url, secret: secret,
                attempt: message.attempts)
        } catch {
            return .failed(reason: (error as? any UserFacingError)?.message ?? "The message could not be made ready.")
        }
    }
}

extension OutboxDispatcher {
    /// As configured.
    init(store: Store, configuration: Configuration, logger: Logger, name: String) {
        self.init(
            store: store,
            sender: WebhookSender(rule: TargetRule(configuration), agent: "Garrison/\(Build.version)"),
            secrets: SecretKey(configuration), logger: logger, name: name)
    }
}
