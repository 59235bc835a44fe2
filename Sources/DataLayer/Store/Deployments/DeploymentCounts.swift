import Domain
import FoundationEssentials
import Patching
import Postgres

/// How many targets of a deployment have which status, by ring: as they are kept, never counted for a question.
public struct DeploymentCounts: Sendable, Hashable {
    public struct Ring: Sendable, Hashable {
        public let ring: Int
        public let name: String
        public let openedAt: Date?
        /// When it was opened, or the deployment went on after a hold.
        let runsFrom: Date?
        /// Those that have never failed.
        public var clean = TargetCounts()
        /// Those that have, whatever became of them since.
        public var marked = TargetCounts()
        /// Of which a rollback would have something to take away.
        public var toRollBack = 0

        public var all: TargetCounts { clean + marked }
        var trials: Trials { Trials(clean, failed: marked.total) }

        package init(ring: Int, name: String, openedAt: Date?, runsFrom: Date? = nil) {
            self.ring = ring
            self.name = name
            self.openedAt = openedAt
            self.runsFrom = runsFrom
        }
    }

    public private(set) var rings: [Ring] = []

    public var all: TargetCounts { rings.reduce(TargetCounts()) { $0 + $1.all } }
    public var toRollBack: Int { rings.reduce(0) { $0 + $1.toRollBack } }

    /// Of the endpoints whose outcome is known, how many have the patch, in percent; 0 while none is known.
    public var successRate: Double {
        let counts = all
        let good = counts[.deployed] + counts[.rollbackWaiting]
        let bad = counts[.failed] + counts[.lost] + counts[.rollbackFailed] + counts[.rolledBack] + counts[.rollingBack]
        return good + bad == 0 ? 0 : 100 * Double(good) / Double(good + bad)
    }

    /// Endpoints that came to an end that is not the one that was wanted, but for those that were taken back in time.
    public var failed: Int { Self.failures.reduce(0) { $0 + all[$1] } }
    static let failures: [TargetStatus] = [.failed, .rollbackFailed, .expired, .lost]

    private static let states = TargetStatus.allCases.map(\.rawValue)
    private static let columns =
        "c.ring, r.name, r.opened_at, r.runs_from, c.has_failed, c.to_roll_back, "
        + states.map { "c.\($0)" }.joined(separator: ", ")

    static func statement(_ id: DeploymentID, tenant: TenantID) -> Statement {
        Statement(
            """
            SELECT \(columns)
            FROM deployment_counts AS c
            JOIN deployment_rings AS r USING (tenant_id, deployment_id, ring)
            WHERE c.tenant_id = $1 AND c.deployment_id = $2
            ORDER BY c.ring, c.has_failed
            """, [.id(tenant), .id(id)])
    }

    init(_ rows: Rows) throws {
        for row in rows {
            let number = Int(try row.decode(0, as: Int32.self))
            if rings.last?.ring != number {
                rings.append(
                    Ring(
                        ring: number, name: try row.decode(1), openedAt: try row.decode(2), runsFrom: try row.decode(3))
                )
            }
            var counts = TargetCounts()
            for (index, status) in TargetStatus.allCases.enumerated() {
                counts[status] = Int(try row.decode(6 + index, as: Int32.self))
            }
            let last = rings.count - 1
            if try row.decode(4) { rings[last].marked = counts } else { rings[last].clean = counts }
            rings[last].toRollBack += Int(try row.decode(5, as: Int32.self))
        }
    }

    package init(_ rings: [Ring]) { self.rings = rings }

    /// Of the rings up to one.
    func trials(upTo ring: Int) -> Trials {
        var (clean, failed) = (TargetCounts(), 0)
        for one in rings where one.ring <= ring {
            clean = clean + one.clean
            failed += one.marked.total
        }
        return Trials(clean, failed: failed)
    }
}
