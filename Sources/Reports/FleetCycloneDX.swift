import Domain
import FoundationEssentials

/// The findings of many endpoints as a CycloneDX 1.6 vulnerability disclosure report. A vulnerability in a package
/// version stands once for all endpoints that have it alike and refers to the package and to them; the components
/// stand behind the vulnerabilities, because only then all are known.
package struct FleetCycloneDX: FleetReport {
    private let version: String
    private var vulnerabilities = JSONElements()
    /// The finding that goes on, and the endpoints that have it.
    private var open: (finding: FleetFinding, endpoints: [EndpointID])?
    private var endpoints: [EndpointID: String] = [:]
    private var packages: [String: CycloneDXReport.Component] = [:]

    /// - Parameter program: the version of the one that writes it.
    package init(program: String) { version = program }

    package mutating func start() throws -> [UInt8] {
        let tool = CycloneDXReport.Component(
            type: "application", bomRef: "garrison", name: "garrison", version: version)
        let metadata = CycloneDXReport.Metadata(
            timestamp: Date.now.formatted(.iso8601), tools: CycloneDXReport.Tools(components: [tool]))
        let serial = "urn:uuid:\(UUID().uuidString.lowercased())"
        return Array(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"\(serial)","version":1,\
            "metadata":\(try vulnerabilities.text(metadata)),"vulnerabilities":[

            """.utf8)
    }

    package mutating func add(_ finding: FleetFinding) throws -> [UInt8] {
        endpoints[finding.endpoint] = finding.hostname
        if open?.finding.isSame(as: finding) == true {
            open?.endpoints.append(finding.endpoint)
            return []
        }
        let before = try written()
        open = (finding, [finding.endpoint])
        return before
    }

    package mutating func end() throws -> [UInt8] {
        var bytes = try written() + Array("\n],\"components\":[\n".utf8)
        var components = JSONElements()
        for package in packages.values.sorted(by: { $0.bomRef < $1.bomRef }) {
            bytes += try components.next(package)
        }
        for (id, name) in endpoints.sorted(by: { $0.key.description < $1.key.description }) {
            bytes += try components.next(
                CycloneDXReport.Component(type: "device", bomRef: Self.reference(id), name: name))
        }
        return bytes + Array("\n]}\n".utf8)
    }

    /// The finding that is complete now.
    private mutating func written() throws -> [UInt8] {
        guard let (finding, endpoints) = open else { return [] }
        open = nil
        let component = CycloneDXReport.Component(AffectedProduct(finding.finding))
        packages[component.bomRef] = component
        return try vulnerabilities.next(
            CycloneDXVulnerability(
                finding.finding, number: vulnerabilities.count + 1,
                references: [component.bomRef] + endpoints.map(Self.reference), status: finding.status,
                analysis: finding.analysis))
    }

    private static func reference(_ endpoint: EndpointID) -> String { "endpoint:\(endpoint)" }
}
