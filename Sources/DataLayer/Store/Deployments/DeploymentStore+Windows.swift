import Domain
import FoundationEssentials
import Patching
import Postgres

/// When open deployments let endpoints begin.
extension DeploymentStore {
    /// The openings of one schedule of a deployment.
    public struct Windows: Sendable {
        public let deployment: DeploymentRecord
        /// Of the plan's schedules, counted from 0.
        public let place: Int
        public let schedule: MaintenanceSchedule
        public let calendar: WindowCalendar
        public let openings: [WindowCalendar.Opening]

        /// - Parameter start: openings before are over.
        package init?(
            _ deployment: DeploymentRecord, _ place: Int, from start: Date, until end: Date
        ) {
            let schedule = deployment.plan.schedules[place]
            guard let calendar = WindowCalendar(schedule) else { return nil }
            // Before it was made, or before its start, its windows open for nobody.
            let first = max(start, deployment.createdAt, deployment.plan.startsAt ?? start)
            self.deployment = deployment
            self.place = place
            self.schedule = schedule
            self.calendar = calendar
            openings = first < end ? calendar.openings(from: first, until: end) : []
        }
    }

    /// Deployments whose windows one answer has; more at once are no plan that anybody reads.
    public static let mostScheduled = 200

    /// The windows of deployments that may still begin somewhere, schedule by schedule.
    ///
    /// - Returns: those of the oldest `mostScheduled`, and whether these are all.
    public func windows(
        from start: Date, until end: Date, tenant: TenantID
    ) async throws -> (windows: [Windows], isWhole: Bool) {
        let rows = try await store.app.query(
            """
            \(DeploymentRecord.select)
            WHERE d.tenant_id = $1 AND d.status = ANY ($2) AND jsonb_array_length(d.plan -> 'schedules') > 0
            ORDER BY d.id
            LIMIT $3
            """,
            [
                .id(tenant), .textArray(DeploymentStatus.allCases.filter(\.mayBegin).map(\.rawValue)),
                .int(Self.mostScheduled + 1),
            ], tenant: tenant)
        let windows = try rows.prefix(Self.mostScheduled).flatMap { row in
            let record = try DeploymentRecord(row)
            return record.plan.schedules.indices.compactMap { Windows(record, $0, from: start, until: end) }
        }
        return (windows, rows.count <= Self.mostScheduled)
    }
}

extension DeploymentStatus {
    /// Whether endpoints may still be told to begin, now or when somebody says so. Windows do not hold a rollback up.
    fileprivate var mayBegin: Bool { !isFinal && self != .aborting && self != .rollingBack }
}
