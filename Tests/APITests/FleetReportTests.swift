import API
import Domain
import FoundationEssentials
import Risk
import Store
import TestSupport
import Testing

@Suite("Reports over all endpoints", .database)
struct FleetReportTests {
    private var database: TestDatabase { TestDatabase.current }
    private var token: String? { database.a.tokens[.viewer] }

    /// More findings than a page of an export has, and one exception of each kind on the first endpoint.
    private func seeded() async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(300, in: database.a)
        try await database.addEndpoints(1, prefix: "betasecret", in: database.b)
        for tenant in [database.a, database.b] { try await database.scan(tenant) }
        let kinds: [String: ExceptionKind] = [SeedFeeds.exploited: .mitigated, SeedFeeds.high: .falsePositive]
        for (cve, kind) in kinds {
            _ = try await database.store.exceptions.request(
                ExceptionRequest(
                    kind: kind, cve: cve, endpoint: ids[0], reason: "\"known\"",
                    expiresAt: Date().addingTimeInterval(86_400)), by: database.a.administrator)
        }
        return ids
    }

    @Test("SARIF has a result for each finding and endpoint, a rule for each vulnerability, and keeps to 2.1.0")
    func sarif() async throws {
        _ = try await seeded()
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/findings.sarif", token: token)
            #expect(reply.status == 200 && reply["content-type"] == "application/sarif+json")
            #expect(reply["content-disposition"] == "attachment; filename=\"findings.sarif\"")
            let log = try reply.json
            #expect(
                log["version"]?.text == "2.1.0" && log["$schema"]?.text?.hasSuffix("sarif-schema-2.1.0.json") == true)
            let run = try #require(log["runs"]?.elements.first)
            let driver = try #require(run["tool"]?["driver"])
            #expect(driver["name"]?.text == "Garrison")
            let rules = try #require(driver["rules"]?.elements.map { $0["id"]?.text })
            #expect(Set(rules).count == 4 && rules.count == 4)
            let results = try #require(run["results"]?.elements)
            #expect(results.count == 1198)
            var fingerprints = Set<String>()
            for result in results {
                let place = try #require(result["ruleIndex"]?.integer)
                #expect(rules[place] == result["ruleId"]?.text)
                #expect(["error", "warning", "note"].contains(result["level"]?.text))
                #expect(result["message"]?["text"]?.text?.isEmpty == false)
                #expect(result["suppressions"]?.elements.isEmpty == true)
                let location = result["locations"]?.elements.first?["physicalLocation"]?["artifactLocation"]
                #expect(location?["uri"]?.text?.hasPrefix("host-") == true)
                fingerprints.insert(
                    result["partialFingerprints"]?["endpointVulnerabilityAndPackage/v1"]?.text ?? "")
            }
            #expect(fingerprints.count == 1198)
            let aside = try await api.send("GET", "/api/findings.sarif?status=exception", token: token).json
            let hidden = try #require(aside["runs"]?.elements.first?["results"]?.elements)
            #expect(hidden.count == 2)
            for result in hidden {
                let suppression = try #require(result["suppressions"]?.elements.first)
                #expect(suppression["kind"]?.text == "external" && suppression["status"]?.text == "accepted")
                #expect(suppression["justification"]?.text?.contains("\"known\"") == true)
            }
        }
    }

    @Test("CycloneDX names each vulnerability once for endpoints that share it, and every reference is a component")
    func cycloneDX() async throws {
        let ids = try await seeded()
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/findings.cyclonedx", token: token)
            #expect(reply.status == 200 && reply["content-type"] == "application/vnd.cyclonedx+json")
            let document = try reply.json
            #expect(document["bomFormat"]?.text == "CycloneDX" && document["specVersion"]?.text == "1.6")
            let components = try #require(document["components"]?.elements)
            let references = components.compactMap { $0["bom-ref"]?.text }
            #expect(Set(references).count == components.count && components.count == 304)
            #expect(components.count { $0["type"]?.text == "device" } == 300)
            #expect(references.contains("pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=source&distro=debian-12"))
            let listed = try #require(document["vulnerabilities"]?.elements)
            #expect(Set(listed.compactMap { $0["id"]?.text }).count == 4)
            #expect(Set(listed.compactMap { $0["bom-ref"]?.text }).count == listed.count && listed.count == 6)
            let affected = listed.map { $0["affects"]?.elements.compactMap { $0["ref"]?.text } ?? [] }
            #expect(affected.allSatisfy { Set($0).isSubset(of: references) })
            #expect(affected.map { $0.count - 1 }.reduce(0, +) == 1198)
            #expect(listed.allSatisfy { $0["analysis"] == nil })
            let own = try await api.send(
                "GET", "/api/findings.cyclonedx?endpoint_id=\(ids[1])&severity=critical", token: token)
            #expect(try own.json["vulnerabilities"]?.elements.map { $0["id"]?.text } == [SeedFeeds.exploited])
        }
    }

    @Test("what is set aside carries its analysis in CycloneDX's own words")
    func analysis() async throws {
        _ = try await seeded()
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/findings.cyclonedx?status=exception", token: token)
            let listed = try #require(try reply.json["vulnerabilities"]?.elements)
            let states = listed.map { "\($0["id"]?.text ?? "") \($0["analysis"]?["state"]?.text ?? "")" }
            #expect(Set(states) == ["\(SeedFeeds.exploited) not_affected", "\(SeedFeeds.high) false_positive"])
            let mitigated = try #require(listed.first { $0["id"]?.text == SeedFeeds.exploited }?["analysis"])
            #expect(mitigated["justification"]?.text == "protected_by_mitigating_control")
            #expect(mitigated["detail"]?.text?.contains("\"known\"") == true)
        }
    }

    @Test("a tenant without findings has a report without them, and a filter that is none is refused")
    func empty() async throws {
        try await TestAPI.run { api in
            for format in ["sarif", "cyclonedx"] {
                let reply = try await api.send("GET", "/api/findings.\(format)", token: token)
                #expect(reply.status == 200)
                let document = try reply.json
                #expect(document["runs"]?.elements.first?["results"]?.elements.isEmpty ?? true)
                #expect(document["vulnerabilities"]?.elements.isEmpty ?? true)
                #expect(try await api.send("GET", "/api/findings.\(format)?colour=red", token: token).status == 400)
            }
        }
    }
}
