import Domain
import Logging
import ServiceLifecycle
import Store

/// Puts alerts into incidents as they come; several, in this process or others, do not disturb each other.
struct IncidentKeeper: Service {
    let store: Store
    let logger: Logger

    /// Every tenant is looked at this often: for alerts whose device has become known, and for what a process left behind.
    static let clockInterval = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await tenant in store.incidents.arrivals() { await follow(tenant) }
                }
                group.addTask {
                    while !Task.isCancelled {
                        await followAll()
                        try? await Task.sleep(for: Self.clockInterval)
                    }
                }
                await group.waitForAll()
            }
        }
    }

    private func followAll() async {
        do {
            for tenant in try await store.tenants.list() { await follow(tenant.id) }
        } catch {
            if !Task.isCancelled { logger.warning("cannot look for alerts: \(error)") }
        }
    }

    private func follow(_ tenant: TenantID) async {
        do {
            try await store.incidents.follow(tenant: tenant)
        } catch {
            if !Task.isCancelled {
                logger.warning("cannot put alerts into incidents: \(error)", metadata: ["tenant": "\(tenant)"])
            }
        }
    }
}
