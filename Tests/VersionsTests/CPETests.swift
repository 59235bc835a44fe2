import FoundationEssentials
import Testing
import Versions

@Suite("CPE 2.3 names")
struct CPETests {
    struct Relation: Decodable {
        let source, target: [String: String]
        let disjoint, equal, subset, superset: Bool

        /// Equality is also recorded as both of the inclusions.
        var expected: CPERelation? {
            if disjoint { return .disjoint }
            if equal { return .equal }
            return subset ? .subset : (superset ? .superset : nil)
        }
    }

    struct Binding: Decodable {
        let bound: String
        let wfn: [String: String]
    }

    struct AttributeRelation: Decodable {
        let source, target, relation: String
    }

    private func decoded<T: Decodable>(_ file: String, as type: T.Type) throws -> [T] {
        try lines(of: "cpe/\(file).jsonl").map { try JSONDecoder().decode(T.self, from: Data($0.utf8)) }
    }

    private func name(_ fields: [String: String]) -> CPEName {
        func attribute(_ key: String) -> CPEAttribute { fields[key].map(CPEAttribute.init(wellFormed:)) ?? .any }
        return CPEName(
            part: attribute("part"), vendor: attribute("vendor"), product: attribute("product"),
            version: attribute("version"), update: attribute("update"), edition: attribute("edition"),
            language: attribute("language"), softwareEdition: attribute("sw_edition"),
            targetSoftware: attribute("target_sw"), targetHardware: attribute("target_hw"), other: attribute("other"))
    }

    @Test("names relate as NISTIR 7696 says")
    func relations() throws {
        for row in try decoded("wfn_relation", as: Relation.self) {
            #expect(name(row.source).relation(to: name(row.target)) == row.expected, "\(row)")
        }
    }

    @Test("attributes relate as NISTIR 7696 says")
    func attributeRelations() throws {
        // A row with an empty target is left out: no attribute is empty.
        for row in try decoded("attr_relation", as: AttributeRelation.self) where !row.target.isEmpty {
            let source = row.source == "*" ? CPEAttribute.any : CPEAttribute(wellFormed: row.source)
            let relation = source.relation(to: CPEAttribute(wellFormed: row.target))
            #expect(relation?.rawValue == row.relation, "\(row)")
        }
    }

    @Test("URIs and formatted strings read as the well-formed names they bind")
    func bindings() throws {
        for row in try decoded("wfn_binding", as: Binding.self) {
            // Some rows carry their backslashes twice, from the source code they were taken from.
            let isDoubled = (row.bound + row.wfn.values.joined()).contains("\\\\$") || row.wfn["vendor"] == "\\\\`"
            func undoubled(_ text: String) -> String {
                isDoubled ? text.replacing("\\\\", with: "\\") : text
            }
            let expected = name(row.wfn.mapValues(undoubled))
            let bound = undoubled(row.bound)
            #expect(try CPEName(parsing: bound) == expected, "\(bound)")
            // A bare `?` in a URI is read, but written as %01.
            if !bound.contains("?") { #expect(bound == expected.uri || bound == expected.formattedString) }
        }
    }

    @Test("real names survive the way through both bindings")
    func realNames() throws {
        for line in try lines(of: "cpe/names.txt") {
            let name = try CPEName(parsing: String(line))
            #expect(name.uri == line)
            #expect(try CPEName(parsing: name.formattedString) == name)
        }
    }

    @Test("an attribute made of plain text holds its wildcards as characters")
    func literals() {
        let attribute = CPEAttribute(literal: "C++ *")
        #expect(attribute == .value("c\\+\\+\\ \\*"))
        #expect(!attribute.hasWildcard)
        #expect(attribute.literal == "c++ *")
        #expect(CPEAttribute.any.literal == nil)
    }

    @Test(
        "a malformed name is an error that says where",
        arguments: [
            "", "cpe", "cpe:2.3:a:b", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*:*", "cpe:2.3:a::c:*:*:*:*:*:*:*:*", "cpe:/a:b%zz",
            "cpe:/a:b%2",
            "cpe:/a:b:c:d:e:~x", "cpe:/a:b:c:d:e:f:g:h", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:x\\",
        ])
    func malformed(text: String) {
        #expect(throws: VersionError.self) { try CPEName(parsing: text) }
    }
}
