import Domain
import FoundationEssentials
import Postgres

extension EDRStore {
    /// An alert on a device.
    public struct Alert: Sendable {
        public let id: UUID
        public let microsoftID: String
        public let device: EDRDeviceID
        public let deviceName: String
        public let threatType: String?
        public let threatName: String?
        public let severity: String?
        public let status: String?
        public let description: String?
        public let detectedAt: Date
        public let updatedAt: Date

        /// The first line of the description.
        public var title: String? {
            description.map { String($0.prefix { !$0.isNewline }) }
        }

        package init(
            id: UUID, microsoftID: String, device: EDRDeviceID, deviceName: String, threatType: String? = nil,
            threatName: String? = nil, severity: String? = nil, status: String? = nil, description: String? = nil,
            detectedAt: Date, updatedAt: Date
        ) {
            self.id = id
            self.microsoftID = microsoftID
            self.device = device
            self.deviceName = deviceName
            self.threatType = threatType
            self.threatName = threatName
            self.severity = severity
            self.status = status
            self.description = description
            self.detectedAt = detectedAt
            self.updatedAt = updatedAt
        }
    }

    /// Which alerts are asked for; nil filters nothing.
    public struct AlertQuery: Sendable, Hashable {
        public var device: EDRDeviceID?
        /// As Microsoft writes them.
        public var severity: String?
        public var status: String?
        public var slice = Slice()

        public init() {}
    }

    /// The latest first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func alerts(_ query: AlertQuery, tenant: TenantID) async throws -> ListPage<Alert> {
        var conditions = Conditions(tenant: tenant, column: "a.tenant_id")
        if let device = query.device { conditions.add("a.device_id = ?", .id(device)) }
        if let severity = query.severity { conditions.add("a.severity = ?", .text(severity)) }
        if let status = query.status { conditions.add("a.status = ?", .text(status)) }
        let listing = Listing(
            columns: """
                a.microsoft_alert_id, a.device_id, d.device_name, a.threat_type, a.threat_name, a.severity, a.status,
                a.description, a.detected_at, a.updated_at
                """,
            source: "edr_alerts AS a JOIN edr_devices AS d ON d.tenant_id = a.tenant_id AND d.id = a.device_id",
            order: .time("a.detected_at"), id: "a.id")
        return try await page(listing, conditions, query.slice, tenant: tenant) { row in
            Alert(
                id: try row.decode(1), microsoftID: try row.decode(2), device: try row.decode(3),
                deviceName: try row.decode(4), threatType: try row.decode(5), threatName: try row.decode(6),
                severity: try row.decode(7), status: try row.decode(8), description: try row.decode(9),
                detectedAt: try row.decode(10), updatedAt: try row.decode(11))
        }
    }

    /// A vulnerability that Defender reports, and on how many devices.
    public struct Vulnerability: Sendable {
        public let cve: String
        public let severity: String?
        public let score: Double?
        public let exploitability: String?
        public let description: String?
        public let devices: Int
    }

    /// The worst first.
    ///
    /// - Parameters: nil filters nothing.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func vulnerabilities(
        device: EDRDeviceID? = nil, severity: String? = nil, cve: String? = nil, slice: Slice, tenant: TenantID
    ) async throws -> ListPage<Vulnerability> {
        var conditions = Conditions(tenant: tenant, column: "v.tenant_id")
        if let severity { conditions.add("v.severity = ?", .text(severity)) }
        if let cve { conditions.add("v.cve_id = ?", .text(cve)) }
        if let device {
            conditions.add(
                """
                EXISTS (SELECT FROM edr_device_vulnerabilities AS x
                    WHERE x.tenant_id = v.tenant_id AND x.vulnerability_id = v.id AND x.device_id = ?)
                """, .id(device))
        }
        let listing = Listing(
            columns: """
                v.cve_id, v.severity, v.cvss_score, v.exploitability, v.description,
                (SELECT count(*) FROM edr_device_vulnerabilities AS j
                  WHERE j.tenant_id = v.tenant_id AND j.vulnerability_id = v.id)
                """, source: "edr_vulnerabilities AS v", order: .number("coalesce(v.cvss_score, -1)"),
            id: "v.id")
        return try await page(listing, conditions, slice, tenant: tenant) { row in
            Vulnerability(
                cve: try row.decode(2), severity: try row.decode(3), score: try row.decode(4),
                exploitability: try row.decode(5), description: try row.decode(6), devices: try row.decode(7))
        }
    }

    /// What a person had done to a device.
    public struct Action: Sendable {
        public let id: UUID
        public let device: EDRDeviceID
        public let deviceName: String
        /// Who asked.
        public let user: String
        public let type: String
        public let status: String
        public let result: String?
        public let initiatedAt: Date
        public let completedAt: Date?
    }

    /// The latest first.
    ///
    /// - Parameters: nil filters nothing.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func actions(
        device: EDRDeviceID? = nil, type: String? = nil, status: String? = nil, slice: Slice, tenant: TenantID
    ) async throws -> ListPage<Action> {
        var conditions = Conditions(tenant: tenant, column: "a.tenant_id")
        if let device { conditions.add("a.device_id = ?", .id(device)) }
        if let type { conditions.add("a.action_type = ?", .text(type)) }
        if let status { conditions.add("a.status = ?", .text(status)) }
        let listing = Listing(
            columns: """
                a.device_id, d.device_name, u.email, a.action_type, a.status, a.result_message, a.initiated_at,
                a.completed_at
                """,
            source: """
                edr_actions AS a
                JOIN edr_devices AS d ON d.tenant_id = a.tenant_id AND d.id = a.device_id
                JOIN users AS u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
                """, order: .time("a.initiated_at"), id: "a.id")
        return try await page(listing, conditions, slice, tenant: tenant) { row in
            Action(
                id: try row.decode(1), device: try row.decode(2), deviceName: try row.decode(3),
                user: try row.decode(4), type: try row.decode(5), status: try row.decode(6),
                result: try row.decode(7), initiatedAt: try row.decode(8), completedAt: try row.decode(9))
        }
    }
}
