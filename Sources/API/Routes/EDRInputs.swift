import Domain
import Store

/// What several of the lists are narrowed by.
private enum EDRParameter {
    static let device = QueryParameter<EDRDeviceID>("device_id", "Only of this device, by its id here.")

    static func slice(_ request: RequestReader, sort: String) throws -> EDRStore.Slice {
        let page = try PageRequest(from: request, sort: sort)
        return EDRStore.Slice(limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// Filters of the list of devices.
struct EDRDeviceListInput: RouteInput {
    static let order = "-risk_score"
    static let health = QueryParameter<String>("health", "Only this health of the sensor: Active, Inactive, ….")
    static let compliance = QueryParameter<String>(
        "compliance_state", "Only this state in Intune: compliant, noncompliant, ….")
    static let exposure = QueryParameter<String>("exposure_level", "Only this exposure: Low, Medium, High.")
    static let risk = QueryParameter<Double>("minimum_risk", "Only devices with at least this risk, 0 to 100.")
    static let search = QueryParameter<String>("search", "Part of the device's name or of its primary user's.")
    static let parameters: [any ParameterDescribing] =
        [health, compliance, exposure, risk, search] + PageRequest.parameters
    let query: EDRStore.DeviceQuery

    init(from request: RequestReader) throws {
        var query = EDRStore.DeviceQuery()
        query.health = try request.query(Self.health)
        query.complianceState = try request.query(Self.compliance)
        query.exposure = try request.query(Self.exposure)
        query.minimumRisk = try request.query(Self.risk)
        query.search = try request.query(Self.search)
        query.slice = try EDRParameter.slice(request, sort: Self.order)
        self.query = query
    }
}

/// Filters of the list of alerts.
struct EDRAlertListInput: RouteInput {
    static let order = "-detected_at"
    static let severity = QueryParameter<String>("severity", "Only this severity: Informational, Low, Medium, High.")
    static let status = QueryParameter<String>("status", "Only this status: New, InProgress, Resolved.")
    static let parameters: [any ParameterDescribing] =
        [EDRParameter.device, severity, status] + PageRequest.parameters
    let query: EDRStore.AlertQuery

    init(from request: RequestReader) throws {
        var query = EDRStore.AlertQuery()
        query.device = try request.query(EDRParameter.device)
        query.severity = try request.query(Self.severity)
        query.status = try request.query(Self.status)
        query.slice = try EDRParameter.slice(request, sort: Self.order)
        self.query = query
    }
}

/// Filters of the list of vulnerabilities.
struct EDRVulnerabilityListInput: RouteInput {
    static let order = "-cvss_score"
    static let severity = QueryParameter<String>("severity", "Only this severity: Low, Medium, High, Critical.")
    static let cve = QueryParameter<String>("cve_id", "Only this one.")
    static let parameters: [any ParameterDescribing] =
        [EDRParameter.device, severity, cve] + PageRequest.parameters
    let device: EDRDeviceID?
    let severity: String?
    let cve: String?
    let slice: EDRStore.Slice

    init(from request: RequestReader) throws {
        device = try request.query(EDRParameter.device)
        severity = try request.query(Self.severity)
        cve = try request.query(Self.cve)
        slice = try EDRParameter.slice(request, sort: Self.order)
    }
}

/// Filters of the list of verdicts.
struct EDRComplianceListInput: RouteInput {
    static let order = "-checked_at"
    static let state = QueryParameter<String>("state", "Only this state: compliant, noncompliant, inGracePeriod, ….")
    static let parameters: [any ParameterDescribing] = [EDRParameter.device, state] + PageRequest.parameters
    let device: EDRDeviceID?
    let state: String?
    let slice: EDRStore.Slice

    init(from request: RequestReader) throws {
        device = try request.query(EDRParameter.device)
        state = try request.query(Self.state)
        slice = try EDRParameter.slice(request, sort: Self.order)
    }
}

/// Filters of the list of actions.
struct EDRActionListInput: RouteInput {
    static let order = "-initiated_at"
    static let type = QueryParameter<String>("type", "Only this kind: isolate, unisolate, scan, resolve_alert.")
    static let status = QueryParameter<String>("status", "Only this status: pending, in_progress, completed, failed.")
    static let parameters: [any ParameterDescribing] = [EDRParameter.device, type, status] + PageRequest.parameters
    let device: EDRDeviceID?
    let type: String?
    let status: String?
    let slice: EDRStore.Slice

    init(from request: RequestReader) throws {
        device = try request.query(EDRParameter.device)
        type = try request.query(Self.type)
        status = try request.query(Self.status)
        slice = try EDRParameter.slice(request, sort: Self.order)
    }
}

/// A part of the posture's history.
struct EDRPostureInput: RouteInput {
    static let order = "-calculated_at"
    static let parameters: [any ParameterDescribing] = PageRequest.parameters
    let slice: EDRStore.Slice

    init(from request: RequestReader) throws { slice = try EDRParameter.slice(request, sort: Self.order) }
}
