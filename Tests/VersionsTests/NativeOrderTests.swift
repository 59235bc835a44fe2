import Domain
import Foundation
import TestSupport
import Testing
import Versions

/// Put to the programs that define the order, where they are installed: apt's library and dpkg
/// itself, and rpm's library.
@Suite("As dpkg and rpm themselves order", .blocking)
struct NativeOrderTests {
    private static let python = "/usr/bin/python3"

    private static func has(_ module: String) -> Bool {
        (try? answers(of: python, ["-c", "import \(module)"], to: [])) != nil
    }

    /// Pairs of generated versions, both of the scheme, most of them of one family and so nearly alike.
    private static func pairs(
        _ count: Int, scheme: VersionScheme, where isWanted: (String) -> Bool = { _ in true }
    ) -> [(String, String)] {
        var pairs: [(String, String)] = []
        var seed: UInt64 = 1000
        while pairs.count < count {
            var generator = VersionGenerator(seed: seed)
            let family = generator.family(of: 60) {
                isPlain($0) && isWanted($0) && Versions.isValid($0, scheme: scheme) == nil
            }
            for step in 1...12 { pairs += zip(family, family.dropFirst(step)).map { ($0, $1) } }
            seed += 1
        }
        return Array(pairs.prefix(count))
    }

    /// Without what only the command line's reading changes.
    private static func isPlain(_ version: String) -> Bool {
        version.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && version.first?.isNumber == true
    }

    private static func sign(_ order: VersionOrder?) -> String { order?.symbol ?? "!" }

    /// The lines that a program answers with to lines of tab-separated pairs.
    private static func answers(
        of program: String, _ arguments: [String], to pairs: [(String, String)]
    ) throws -> [Substring]? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("native-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(pairs.map { "\($0.0)\t\($0.1)\n" }.joined().utf8).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n")
    }

    private func check(_ pairs: [(String, String)], _ scheme: VersionScheme, _ answers: [Substring]) {
        #expect(answers.count == pairs.count)
        let wrong = zip(pairs, answers).filter { pair, answer in
            answer != "?" && Self.sign(Versions.compare(pair.0, pair.1, scheme: scheme)) != answer
        }
        #expect(wrong.isEmpty, "\(wrong.count), such as \(wrong.prefix(3))")
    }

    @Test("100,000 pairs as apt's library orders them", .enabled(if: has("apt_pkg"), "python3-apt is not installed"))
    func apt() throws {
        let pairs = Self.pairs(100_000, scheme: .deb)
        let script = """
            import apt_pkg, sys
            apt_pkg.init_system()
            for line in sys.stdin:
                order = apt_pkg.version_compare(*line.rstrip("\\n").split("\\t"))
                print("<" if order < 0 else ">" if order > 0 else "=")
            """
        check(pairs, .deb, try #require(try Self.answers(of: Self.python, ["-c", script], to: pairs)))
    }

    @Test("500 pairs as dpkg --compare-versions orders them")
    func dpkg() throws {
        let pairs = Self.pairs(500, scheme: .deb)
        let script = """
            while IFS="$(printf '\\t')" read -r a b; do
              if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then echo "<"
              elif dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then echo "="
              else echo ">"; fi
            done
            """
        check(pairs, .deb, try #require(try Self.answers(of: "/bin/sh", ["-c", script], to: pairs)))
    }

    @Test("100,000 pairs as rpm's library orders them", .enabled(if: has("rpm"), "python3-rpm is not installed"))
    func rpm() throws {
        // rpm forbids a second hyphen, and its library reads such text otherwise than as a version.
        let pairs = Self.pairs(100_000, scheme: .rpm) { $0.count(where: { $0 == "-" }) <= 1 }
        let script = """
            import rpm, sys
            for line in sys.stdin:
                a, b = line.rstrip("\\n").split("\\t")
                try:
                    a, b = rpm.ver(a), rpm.ver(b)
                    print("<" if a < b else ">" if a > b else "=")
                except ValueError:
                    print("?")
            """
        check(pairs, .rpm, try #require(try Self.answers(of: Self.python, ["-c", script], to: pairs)))
    }
}
