import Domain
import Versions

/// The CPE names under which the products of CVE records are matched.
enum CVEProductName {
    /// A name's criteria: any version and update, on each system that is named in `platforms`.
    /// - Parameter fields: the eleven of a CPE 2.3 name.
    static func criteria(_ fields: [String], on platforms: [String]) -> [String] {
        var fields = fields
        (fields[3], fields[4]) = ("*", "*")
        if let known = synonyms["\(fields[1]):\(fields[2])"]?.first?.split(separator: ":") {
            (fields[1], fields[2]) = (String(known[0]), String(known[1]))
        }
        return targets(platforms, fields[8]).map { target in
            fields[8] = target
            return "cpe:2.3:" + fields.joined(separator: ":")
        }
    }

    /// Those of a vendor and a product that are told in words. A name that says so in its last field is no
    /// word of the dictionary of names: it serves only what is known by the same vendor and product.
    static func criteria(vendor: String, product: String, on platforms: [String]) -> [String] {
        let (maker, name) = (self.vendor(vendor), word(product))
        guard !maker.isEmpty, !name.isEmpty, !nothing.contains(maker), !nothing.contains(name) else { return [] }
        var names = ["\(maker):\(name)"]
        // “Apache Tomcat” of Apache is also “Tomcat”.
        if name.hasPrefix(maker + "_") { names.append("\(maker):\(name.dropFirst(maker.utf8.count + 1))") }
        let known = names.flatMap { synonyms[$0] ?? [$0] }
        return known.flatMap { name in
            let bound = name.split(separator: ":").map { CPEFields.bound(String($0)) }.joined(separator: ":")
            return targets(platforms, "*").map { "cpe:2.3:a:\(bound):*:*:*:*:*:\($0):*:\(ProductRange.wordsAlone)" }
        }
    }

    /// A name of CPE 2.2 in the form of 2.3.
    static func formatted(_ name: String) -> String {
        name.hasPrefix("cpe:2.3:") ? name : (try? CPEName(parsing: name))?.formattedString ?? name
    }

    /// `target` stays where it says something, or where a platform is none that inventories tell.
    private static func targets(_ platforms: [String], _ target: String) -> [String] {
        let known = platforms.map { systems[$0.lowercased().filter { !$0.isWhitespace }] }
        guard target == "*", !known.isEmpty, !known.contains(nil) else { return [target] }
        return Set(known.compactMap { $0 }).sorted()
    }

    private static let systems = [
        "windows": "windows", "macos": "macos", "macosx": "macos", "osx": "macos", "linux": "linux", "ios": "iphone_os",
        "ipados": "ipados", "android": "android",
    ]

    private static let nothing: Set<String> = [
        "n/a", "na", "unknown", "unspecified", "none", "multiple_vendors", "*", "-",
    ]

    /// `Oracle Corporation` is `oracle`.
    private static func vendor(_ text: String) -> String {
        var words = word(text).split(separator: "_").map(String.init)
        if words.count > 1, words.first == "the" { words.removeFirst() }
        while words.count > 1, let last = words.last, forms.contains(last) { words.removeLast() }
        return words.joined(separator: "_")
    }

    private static let forms: Set<String> = [
        "inc", "inc.", "incorporated", "corp", "corp.", "corporation", "ltd", "ltd.", "limited", "llc", "gmbh", "ag",
        "co",
        "co.", "company", "foundation", "software", "systems", "project", "team", "s.r.o.", "sa", "s.a.", "bv", "b.v.",
    ]

    /// Lower case, words joined as CPE names have them.
    private static func word(_ text: String) -> String {
        text.lowercased().split { $0.isWhitespace || $0 == "," || $0 == "_" || $0 == "®" || $0 == "™" }
            .joined(separator: "_")
    }

    /// What NVD's dictionary has another name for.
    private static let synonyms: [String: [String]] = [
        "adobe:acrobat_reader": ["adobe:acrobat_reader", "adobe:acrobat_reader_dc"],
        "adobe:acrobat": ["adobe:acrobat", "adobe:acrobat_dc"],
        "curl:curl": ["haxx:curl"], "denoland:deno": ["deno:deno"], "document:libreoffice": ["libreoffice:libreoffice"],
        "git:git": ["git-scm:git"], "node.js:node.js": ["nodejs:node.js"], "node.js:node": ["nodejs:node.js"],
        "nodejs:node": ["nodejs:node.js"], "nodejs:nodejs": ["nodejs:node.js"], "python:cpython": ["python:python"],
        "python_software_foundation:cpython": ["python:python"],
    ]
}
