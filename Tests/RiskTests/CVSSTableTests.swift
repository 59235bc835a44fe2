import Domain
import Risk
import Testing

@Suite("CVSS scores agree with published and independently computed ones")
struct CVSSTableTests {
    @Test("every vector NVD published, with its base score", arguments: [703])
    func nvd(count: Int) throws {
        let rows = try VectorTable("nvd_observed").rows
        #expect(rows.count == count)
        for row in rows {
            let score = try CVSS.parse(try #require(row["vector"]))
            #expect(score.baseScore == Double(try #require(row["base"])), "\(score.vector)")
            #expect(score.temporalScore == nil && score.environmentalScore == nil)
            #expect(score.severity?.rawValue.uppercased() == row["severity"], "\(score.vector)")
        }
    }

    @Test("random 2.0 vectors, in all groups")
    func version2() throws {
        for row in try VectorTable("oracle_random_v2").rows {
            let score = try CVSS.parse(try #require(row["vector"]))
            #expect(score.version == .v2)
            try agree(score, row)
        }
    }

    @Test("random 3.0 and 3.1 vectors, in all groups, with severities")
    func version3() throws {
        for row in try VectorTable("oracle_random_v3").rows {
            let score = try CVSS.parse(try #require(row["vector"]))
            try agree(score, row)
            guard score.environmentalScore != nil else { continue }
            #expect((score.severity?.rawValue ?? "none").uppercased() == row["env_sev"], "\(score.vector)")
        }
    }

    @Test("4.0 vectors, random and as CNAs published", arguments: ["oracle_random_v4", "vulnrichment_v4_observed"])
    func version4(table: String) throws {
        for row in try VectorTable(table).rows {
            let score = try CVSS.parse(try #require(row["vector"]))
            #expect(score.score == Double(try #require(row["score"])), "\(score.vector)")
            #expect((score.severity?.rawValue ?? "none").uppercased() == row["severity"], "\(score.vector)")
        }
    }

    /// The tables give a temporal and an environmental score also where nothing is set; this library
    /// then leaves the group out. (3.1 would otherwise give a vector whose scope is changed an
    /// environmental score that differs from its base score, without any environment.)
    private func agree(_ score: CVSSScore, _ row: [String: String]) throws {
        #expect(score.baseScore == Double(try #require(row["base"])), "\(score.vector)")
        #expect((score.temporalScore != nil) == sets(Self.temporal, in: score.vector), "\(score.vector)")
        #expect((score.environmentalScore != nil) == sets(Self.environmental, in: score.vector), "\(score.vector)")
        if let temporal = score.temporalScore { #expect(temporal == row["temporal"].flatMap(Double.init)) }
        if let environmental = score.environmentalScore {
            #expect(environmental == row["environmental"].flatMap(Double.init), "\(score.vector)")
        }
    }

    private static let temporal: Set<Substring> = ["E", "RL", "RC"]
    private static let environmental: Set<Substring> = [
        "CDP", "TD", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA",
    ]

    private func sets(_ group: Set<Substring>, in vector: String) -> Bool {
        vector.split(separator: "/").map { $0.split(separator: ":") }.contains {
            group.contains($0[0]) && $0[1] != "X" && $0[1] != "ND"
        }
    }
}
