import Domain
import FoundationEssentials
import Postgres

extension EDRStore {
    /// A device as Defender and Intune know it.
    public struct Device: Sendable {
        public let id: EDRDeviceID
        public let microsoftID: String
        public let name: String
        public let operatingSystem: String?
        public let osVersion: String?
        public let primaryUser: String?
        public let health: String?
        public let risk: Double?
        public let exposure: String?
        public let complianceState: String?
        public let enrollmentStatus: String?
        public let lastSeen: Date?
        public let activeAlerts: Int
        public let vulnerabilities: Int

        package init(
            id: EDRDeviceID, microsoftID: String, name: String, operatingSystem: String? = nil,
            osVersion: String? = nil, primaryUser: String? = nil, health: String? = nil, risk: Double? = nil,
            exposure: String? = nil, complianceState: String? = nil, enrollmentStatus: String? = nil,
            lastSeen: Date? = nil, activeAlerts: Int = 0, vulnerabilities: Int = 0
        ) {
            self.id = id
            self.microsoftID = microsoftID
            self.name = name
            self.operatingSystem = operatingSystem
            self.osVersion = osVersion
            self.primaryUser = primaryUser
            self.health = health
            self.risk = risk
            self.exposure = exposure
            self.complianceState = complianceState
            self.enrollmentStatus = enrollmentStatus
            self.lastSeen = lastSeen
            self.activeAlerts = activeAlerts
            self.vulnerabilities = vulnerabilities
        }
    }

    /// Which devices are asked for; nil filters nothing.
    public struct DeviceQuery: Sendable, Hashable {
        /// As Microsoft writes them.
        public var health: String?
        public var complianceState: String?
        public var exposure: String?
        public var minimumRisk: Double?
        /// Part of the name or of the primary user's.
        public var search: String?
        public var slice = Slice()

        public init() {}
    }

    /// The riskiest first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func devices(_ query: DeviceQuery, tenant: TenantID) async throws -> ListPage<Device> {
        var conditions = Conditions(tenant: tenant, column: "d.tenant_id")
        if let health = query.health { conditions.add("d.defender_health_status = ?", .text(health)) }
        if let state = query.complianceState { conditions.add("d.intune_compliance_state = ?", .text(state)) }
        if let exposure = query.exposure { conditions.add("d.exposure_level = ?", .text(exposure)) }
        if let risk = query.minimumRisk { conditions.add("d.risk_score >= ?", .float8(risk)) }
        if let search = query.search {
            let pattern = containing(search)
            conditions.add("(d.device_name ILIKE ? OR d.primary_user ILIKE ?)", pattern, pattern)
        }
        let listing = Listing(
            columns: """
                d.microsoft_device_id, d.device_name, d.operating_system, d.os_version, d.primary_user,
                d.defender_health_status, d.risk_score, d.exposure_level, d.intune_compliance_state,
                d.intune_enrollment_status, d.last_seen_at,
                (SELECT count(*) FROM edr_alerts AS a
                  WHERE a.tenant_id = d.tenant_id AND a.device_id = d.id AND a.status <> 'Resolved'),
                (SELECT count(*) FROM edr_device_vulnerabilities AS j
                  WHERE j.tenant_id = d.tenant_id AND j.device_id = d.id)
                """, source: "edr_devices AS d", order: .number("coalesce(d.risk_score, -1)"), id: "d.id")
        return try await page(listing, conditions, query.slice, tenant: tenant) { row in
            Device(
                id: try row.decode(1), microsoftID: try row.decode(2), name: try row.decode(3),
                operatingSystem: try row.decode(4), osVersion: try row.decode(5), primaryUser: try row.decode(6),
                health: try row.decode(7), risk: try row.decode(8), exposure: try row.decode(9),
                complianceState: try row.decode(10), enrollmentStatus: try row.decode(11), lastSeen: try row.decode(12),
                activeAlerts: try row.decode(13), vulnerabilities: try row.decode(14))
        }
    }

    /// Intune's verdict on a device.
    public struct Compliance: Sendable {
        public let device: EDRDeviceID
        public let deviceName: String
        public let state: String?
        public let baseline: String?
        /// JSON: an array of rules.
        public let failedRules: [UInt8]
        /// JSON: an object of states.
        public let requiredApps: [UInt8]
        public let checkedAt: Date
    }

    /// The last checked first.
    ///
    /// - Parameters: nil filters nothing.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func compliance(
        device: EDRDeviceID? = nil, state: String? = nil, slice: Slice, tenant: TenantID
    ) async throws -> ListPage<Compliance> {
        var conditions = Conditions(tenant: tenant, column: "c.tenant_id")
        if let device { conditions.add("c.device_id = ?", .id(device)) }
        if let state { conditions.add("c.compliance_state = ?", .text(state)) }
        let listing = Listing(
            columns: """
                d.id, d.device_name, c.compliance_state, c.security_baseline_status, c.failed_rules,
                c.required_apps_status, c.checked_at
                """,
            source: "edr_compliance AS c JOIN edr_devices AS d ON d.tenant_id = c.tenant_id AND d.id = c.device_id",
            order: .time("c.checked_at"), id: "c.id")
        return try await page(listing, conditions, slice, tenant: tenant) { row in
            Compliance(
                device: try row.decode(2), deviceName: try row.decode(3), state: try row.decode(4),
                baseline: try row.decode(5), failedRules: try row.rows.bytes(row.index, 6),
                requiredApps: try row.rows.bytes(row.index, 7), checkedAt: try row.decode(8))
        }
    }

    /// The posture behind one sync.
    public struct Posture: Sendable {
        public let score: Double
        public let devices: Int
        public let highRiskDevices: Int
        public let activeAlerts: Int
        public let criticalVulnerabilities: Int
        public let nonCompliantDevices: Int
        public let at: Date

        package init(
            score: Double, devices: Int, highRiskDevices: Int, activeAlerts: Int, criticalVulnerabilities: Int,
            nonCompliantDevices: Int, at: Date
        ) {
            self.score = score
            self.devices = devices
            self.highRiskDevices = highRiskDevices
            self.activeAlerts = activeAlerts
            self.criticalVulnerabilities = criticalVulnerabilities
            self.nonCompliantDevices = nonCompliantDevices
            self.at = at
        }
    }

    /// The latest first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func posture(slice: Slice, tenant: TenantID) async throws -> ListPage<Posture> {
        let listing = Listing(
            columns: """
                score, device_count, high_risk_device_count, active_alert_count, critical_vulnerability_count,
                non_compliant_device_count, calculated_at
                """, source: "edr_posture_scores", order: .time("calculated_at"), id: "id")
        return try await page(listing, Conditions(tenant: tenant), slice, tenant: tenant) { row in
            func count(_ column: Int) throws -> Int { Int(try row.decode(column) as Int32) }
            return Posture(
                score: try row.decode(2), devices: try count(3), highRiskDevices: try count(4),
                activeAlerts: try count(5), criticalVulnerabilities: try count(6), nonCompliantDevices: try count(7),
                at: try row.decode(8))
        }
    }
}
