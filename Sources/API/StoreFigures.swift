import Domain
import FoundationEssentials
import Store

/// What `/metrics` shows of the database, the jobs and the intelligence. While the database does not
/// answer, the figures that come from it are left out.
public struct StoreFigures: Sendable {
    private let store: Store

    public init(store: Store) { self.store = store }

    public func register(in metrics: MetricsRegistry) {
        metrics.add("garrison_database_connections", help: "Connections to PostgreSQL, by pool and use.") { [store] in
            let pools = [("app", store.app), ("system", store.system), ("owner", store.owner)]
            return pools.flatMap { name, pool in
                let state = pool.state
                return [
                    (["pool": name, "use": "ready"], Double(state.ready)),
                    (["pool": name, "use": "leased"], Double(state.leased)),
                ]
            }
        }
        metrics.add(
            "garrison_database_connections_lost_total", help: "Connections to PostgreSQL that broke.", kind: .counter
        ) { [store] in
            [([:], Double(store.app.state.lost + store.system.state.lost + store.owner.state.lost))]
        }
        metrics.add("garrison_jobs", help: "Background work that is not done, by state.") { [store] in
            let counts = (try? await store.jobs.pending()) ?? [:]
            return counts.map { (["state": $0.key.rawValue], Double($0.value)) }
        }
        metrics.add("garrison_outbox", help: "Messages to systems outside that are not delivered, by state.") {
            [store] in
            let counts = (try? await store.outbox.pending()) ?? [:]
            return counts.map { (["state": $0.key.rawValue], Double($0.value)) }
        }
        metrics.add("garrison_intelligence_age_seconds", help: "Age of each source's content.") { [store] in
            let sources = (try? await store.intelligence.status()) ?? []
            return sources.compactMap { source in
                (source.contentDate ?? source.importedAt).map {
                    (["source": source.source], max(0, -$0.timeIntervalSinceNow))
                }
            }
        }
    }
}
