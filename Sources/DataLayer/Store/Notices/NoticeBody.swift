import Domain
import FoundationEssentials

/// What a message says, as its receiver reads it.
struct NoticeBody: Encodable {
    struct Tenant: Encodable {
        let id: TenantID
        let name: String

        init(_ tenant: Domain.Tenant?, _ id: TenantID) {
            self.id = id
            name = tenant?.name ?? ""
        }
    }

    let type: OutboxMessage.Kind
    let tenant: Tenant
    let at: Date
    var deadlines: Deadlines?
    var collisions: Collisions?
    var deployment: Deployment?

    /// What became of a deployment of a patch.
    struct Deployment: Encodable {
        let event: String
        let id: DeploymentID
        let patchId: Identifier<Patch>
        let patch: String
        let status: String
        /// The newest that is open.
        let ring: String?
        let reason: String?
        let endpoints: Int
        let deployed: Int
        let failed: Int
        /// In percent.
        let successRate: Double
    }

    /// What a digest of deadlines tells.
    struct Deadlines: Encodable {
        /// The version of the tenant's policy that set them; 0 for the standard.
        let policyVersion: Int
        let overdue: Part
        let dueSoon: Part
    }

    /// Findings that came into a state.
    struct Part: Encodable {
        /// How many came into it since the digest before, and on how many endpoints.
        var findings = 0
        var endpoints = 0
        var bySeverity: [String: Int] = [:]
        /// How many are in it altogether.
        var total = 0
        /// Those of the highest risk.
        var first: [Finding] = []
    }

    struct Finding: Encodable {
        let cveId: String
        let title: String
        let severity: String?
        let riskScore: Double
        let knownExploited: Bool
        let endpointId: EndpointID
        let hostname: String
        let packages: [String]
        let fixed: String?
        let dueAt: Date?

        init(_ row: FindingRow) {
            cveId = row.cve
            title = row.title
            severity = row.severity?.rawValue
            riskScore = row.riskScore
            knownExploited = row.isKnownExploited
            endpointId = row.endpoint
            hostname = row.hostname
            packages = row.packages
            fixed = row.fixed
            dueAt = row.dueAt
        }
    }

    /// Devices that contradict what is known of the endpoints; a person has to look.
    struct Collisions: Encodable {
        let total: Int
        let first: [Collision]
    }

    struct Collision: Encodable {
        let id: CollisionID
        let kind: String
        let connectorId: ConnectorID
        let deviceId: String
        let hostname: String
        let endpointIds: [EndpointID]
        /// Sentences.
        let evidence: [String]
    }

    static func encode(_ body: NoticeBody) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return Array(try encoder.encode(body))
    }
}

extension OutboxMessage.Kind: Encodable {}
