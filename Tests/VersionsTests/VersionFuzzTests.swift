import Domain
import TestRandomness
import TestSupport
import Testing
import Versions

@Suite("Hostile versions", .blocking)
struct VersionFuzzTests {
    static let rounds = 20_000

    @Test(
        "random bytes never trap, and are ordered or refused alike from both sides", arguments: VersionScheme.allCases)
    func randomBytes(scheme: VersionScheme) {
        var random = SeededRandom(seed: UInt64(scheme.code) + 1)
        for _ in 0..<Self.rounds {
            let (a, b) = (bytes(&random), bytes(&random))
            a.withUnsafeBytes { x in
                b.withUnsafeBytes { y in
                    let order = Versions.compare(x, y, scheme: scheme)
                    #expect(order == Versions.compare(y, x, scheme: scheme)?.reversed, "\(a) \(b)")
                }
            }
        }
    }

    @Test("random constraints are answered or refused", arguments: VersionScheme.allCases)
    func randomConstraints(scheme: VersionScheme) {
        var random = SeededRandom(seed: UInt64(scheme.code) + 77)
        let alphabet = Array("<>=!~^|,()[] .*x-0129ab\"".utf8)
        for _ in 0..<2_000 {
            let length = Int.random(in: 0...16, using: &random)
            let text = String(
                decoding: (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }, as: UTF8.self)
            do throws(VersionError) {
                _ = try Versions.satisfies("1.0", constraint: text, scheme: scheme)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test("random CPE names are read or refused, and what is read binds to text that reads the same")
    func randomNames() throws {
        var random = SeededRandom(seed: 3)
        let alphabet = Array("abz019*?-_.:\\~%/2A".utf8)
        for round in 0..<Self.rounds {
            let length = Int.random(in: 0...60, using: &random)
            let tail = String(
                decoding: (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }, as: UTF8.self)
            guard let name = try? CPEName(parsing: (round.isMultiple(of: 2) ? "cpe:/" : "cpe:2.3:a:b:c:") + tail) else {
                continue
            }
            #expect(try CPEName(parsing: name.formattedString) == name, "\(tail) \(name)")
            #expect(name.relation(to: name) == .equal)
        }
    }

    /// Half plain bytes, half characters that versions are made of.
    private func bytes(_ random: inout SeededRandom) -> [UInt8] {
        let alphabet = Array("0019.-_~^+:!abrcpx ".utf8)
        return (0..<Int.random(in: 0...24, using: &random)).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
        }
    }
}
