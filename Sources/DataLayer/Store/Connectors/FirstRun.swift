import Domain
import Identification
import Postgres
import Synchronization

/// The first run of a tenant's first source. Whatever it meets in the database it has written itself, so that only what
/// it may have written has to be looked up: next to nothing, where each device would else be looked for under every fact
/// that it is recognised by. As soon as anything else has written devices, everything is looked up again.
public final class FirstRun: Sendable {
    let connector: ConnectorID
    let tenant: TenantID
    private let state = Mutex(State())

    private struct State {
        var written: BloomFilter? = BloomFilter()
        var isBegun = false
    }

    public init(of connector: ConnectorID, tenant: TenantID) {
        self.connector = connector
        self.tenant = tenant
    }

    /// Whether this is, before a page, all that there is: gives one row with one flag.
    func isAlone() -> Statement {
        let isBegun = state.withLock(\.isBegun)
        return Statement(
            // Each EXISTS is a probe of a primary key.
            """
            SELECT NOT EXISTS (SELECT FROM endpoint_sources WHERE tenant_id = $1 AND connector_id < $2)
              AND NOT EXISTS (SELECT FROM endpoint_sources WHERE tenant_id = $1 AND connector_id > $2)
              AND ($3 OR NOT EXISTS (SELECT FROM endpoint_sources WHERE tenant_id = $1 AND connector_id = $2)
                AND NOT EXISTS (SELECT FROM endpoints WHERE tenant_id = $1)
                AND NOT EXISTS (SELECT FROM connector_records WHERE tenant_id = $1 AND connector_id = $2))
            """, [.id(tenant), .id(connector), .bool(isBegun)])
    }

    var isOver: Bool { state.withLock { $0.written == nil } }

    func end() {
        state.withLock { $0.written = nil }
    }

    /// Those of some facts that have to be looked up.
    func sought<Fact: Hashable & Sendable>(_ facts: [Fact]) -> [Fact] {
        state.withLock { state in
            guard let written = state.written else { return facts }
            return facts.filter { written.mayHold($0) }
        }
    }

    /// A page was written.
    func add(_ rows: ReportRows, _ page: DeviceJoin.Page) {
        state.withLock { state in
            state.isBegun = true
            for id in rows.ids { state.written?.add(id) }
            for key in page.devices.keys { state.written?.add(key) }
            for facts in page.facts {
                state.written?.add(facts.hostname)
                if let fqdn = facts.fqdn { state.written?.add(fqdn) }
            }
        }
    }
}
