import Domain
import Scanner
import Versions

/// Product names and configurations of feeds, and what application lists report.
enum ProductTargets {
    static let all: [FuzzTarget] = [
        FuzzTarget("applicability", .text, samples: { [Array(ApplicabilityText.encode(configurations).utf8)] }) {
            input in
            let list = ApplicabilityText.decode(String(decoding: input, as: UTF8.self))
            let text = ApplicabilityText.encode(list)
            expect(ApplicabilityText.encode(ApplicabilityText.decode(text)) == text, "what is encoded is decoded alike")
            scan(list)
        },
        FuzzTarget("identify", .text, samples: { [Array("Docker.app\tcom.docker.docker\tDocker Inc".utf8)] }) { input in
            let fields = String(decoding: input, as: UTF8.self).split(separator: "\t").map(String.init)
            let description = SoftwareDescription(
                name: fields.first ?? "", version: "1.0", vendor: fields.dropFirst(2).first,
                bundleIdentifier: fields.dropFirst().first, signer: fields.dropFirst(3).first,
                source: fields.dropFirst(4).first)
            guard case .identified(let identity) = identifier.identify(description) else { return }
            expect(identity.evidence.count > 0, "an identity has evidence")
            if let cpe = identity.cpe { expect(CPEFields(cpe) != nil, "a CPE name can be read: \(cpe)") }
        },
    ]

    private static let identifier: SoftwareIdentifier = {
        var dictionary = ProductDictionary()
        dictionary.add(lines: "docker:desktop\ndocker:docker_desktop\nboltcms:bolt\nacme:tool:*,macos\n")
        return SoftwareIdentifier(dictionary: dictionary)
    }()

    private static let configurations = [
        Applicability(
            operator: .and,
            nodes: [
                Applicability.Node(products: [
                    ProductRange(criteria: "cpe:2.3:a:acme:tool:*:*:*:*:pro:macos:*:*", endExcluding: "2.0"),
                    ProductRange(criteria: "cpe:2.3:a:acme:tool:1.?:rc*:*:*:*:*:*:*"),
                ]),
                Applicability.Node(
                    operator: .and, isNegated: true,
                    products: [
                        ProductRange(
                            criteria: "cpe:2.3:o:apple:macos:-:*:*:*:*:*:*:*", isVulnerable: false, startExcluding: "1")
                    ]),
            ])
    ]

    private static func scan(_ list: [Applicability]) {
        var builder = ScanIndexBuilder()
        builder.add(.advisory(Advisory(id: "CVE-1", source: .nvd, vulnerabilities: ["CVE-1"], applicability: list)))
        let index = builder.finish()
        for cpe in list.flatMap(\.nodes).flatMap(\.products).prefix(4).map(\.criteria) {
            let package = InstalledPackage(type: "app", name: "tool", version: "1.5", cpe: cpe)
            let target = ScanTarget(ecosystem: Ecosystem(family: "macos", release: "15"), packages: [package])
            let scanner = HostScanner(index: index)
            let count = scanner.scan(target).findings.count
            expect(count <= 1, "a vulnerability is found once")
            _ = scanner.reasons(for: "CVE-1", package: "tool", target: target).map(\.verdict.sentence)
        }
    }
}
