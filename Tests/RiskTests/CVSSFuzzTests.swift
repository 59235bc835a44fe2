import Foundation
import Risk
import Testing
import TestRandomness

@Suite("No text traps the CVSS reader")
struct CVSSFuzzTests {
    @Test("random bytes")
    func randomBytes() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...64, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("valid vectors with bytes changed, dropped, doubled and cut", arguments: ["2", "3", "4"])
    func mutations(version: String) throws {
        var random = SeededRandom(seed: 2)
        let vectors = try VectorTable("oracle_random_v\(version)").rows.compactMap { $0["vector"] }
        for _ in 0..<20_000 {
            var bytes = Array(try #require(vectors.randomElement(using: &random)).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty { mutate(&bytes, &random) }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let index = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: bytes[index...].prefix(8), at: index)
        default: bytes.removeSubrange(index...)
        }
    }

    /// Either a score within the scale or a reason, and always one line.
    private func check(_ text: String) {
        let line = CVSS.resultLine(for: text)
        guard let score = try? CVSS.parse(text) else { return #expect(!line.isValid) }
        let groups = [score.baseScore, score.temporalScore ?? 0, score.environmentalScore ?? 0]
        #expect(line.isValid && groups.allSatisfy { (0...10).contains($0) }, "\(text)")
    }
}
