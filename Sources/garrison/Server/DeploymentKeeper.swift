import Domain
import Logging
import ServiceLifecycle
import Store

/// Keeps deployments going: opens and watches rings, deals turns, gives up what is silent. Several, in this process or
/// others, share it: each look is one transaction, so one that is killed has done all of it or nothing.
struct DeploymentKeeper: Service {
    let store: Store
    /// Seconds, see `DeploymentStore.deal`.
    let hold: Double
    let logger: Logger

    /// - Throws: `ConfigurationError`.
    init(store: Store, configuration: Configuration, logger: Logger) throws(ConfigurationError) {
        self.store = store
        hold = try configuration.patchUnknownHold
        self.logger = logger
    }

    /// Looks this often even when no notification comes.
    static let pollInterval = Duration.seconds(2)
    /// Reports come by the thousand: they are looked at together.
    static let pace = Duration.milliseconds(200)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(store.deployments.arrivals(), every: Self.pollInterval) { wakeups, _ in
                var places: [TenantID: TurnPlaces] = [:]
                for await _ in wakeups {
                    await look(&places)
                    try? await Task.sleep(for: Self.pace)
                }
            }
        }
    }

    private func look(_ places: inout [TenantID: TurnPlaces]) async {
        let open: [(tenant: TenantID, deployment: DeploymentID)]
        do {
            open = try await store.deployments.open()
        } catch {
            if !Task.isCancelled { logger.warning("cannot look for deployments: \(error)") }
            return
        }
        let tenants = Dictionary(grouping: open, by: \.tenant)
        places = places.filter { tenants[$0.key] != nil }
        for (tenant, deployments) in tenants {
            for one in deployments { await keep(one.deployment, tenant) }
            await deal(&places[tenant, default: TurnPlaces()], tenant)
        }
    }

    private func keep(_ id: DeploymentID, _ tenant: TenantID) async {
        do {
            try await store.deployments.keep(id, tenant: tenant)
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("cannot keep a deployment: \(error)", metadata: ["deployment": "\(id)"])
        }
    }

    private func deal(_ places: inout TurnPlaces, _ tenant: TenantID) async {
        do {
            let dealt = try await store.deployments.deal(&places, hold: hold, tenant: tenant)
            if dealt > 0 {
                logger.info("endpoints have patch jobs", metadata: ["tenant": "\(tenant)", "jobs": "\(dealt)"])
            }
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("cannot deal turns: \(error)", metadata: ["tenant": "\(tenant)"])
        }
    }
}
