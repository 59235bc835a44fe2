import CLDAP
import Glibc

/// What a server is asked for.
struct LDAPSearch {
    var base: String
    var scope: Int32
    var filter: String
    var attributes: [String]
    /// Nil for all at once.
    var pageSize: Int?
    var cookie: [UInt8]?

    /// - Returns: libldap's status.
    func run(_ ld: OpaquePointer, seconds: Int, _ result: inout OpaquePointer?) -> Int32 {
        var names = attributes.map { strdup($0) } + [nil]
        defer { for name in names { free(name) } }
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        var controls: [UnsafeMutablePointer<LDAPControl>?] = []
        if let pageSize {
            guard let control = Self.control(ld, pageSize, cookie) else { return LDAP_NO_MEMORY }
            controls = [control, nil]
        }
        defer { for control in controls { ldap_control_free(control) } }
        guard !controls.isEmpty else {
            return ldap_search_ext_s(ld, base, scope, filter, &names, 0, nil, nil, &timeout, 0, &result)
        }
        return ldap_search_ext_s(ld, base, scope, filter, &names, 0, &controls, nil, &timeout, 0, &result)
    }

    private static func control(
        _ ld: OpaquePointer, _ size: Int, _ cookie: [UInt8]?
    ) -> UnsafeMutablePointer<LDAPControl>? {
        var control: UnsafeMutablePointer<LDAPControl>?
        var bytes = (cookie ?? []).map { CChar(bitPattern: $0) }
        let status = bytes.withUnsafeMutableBufferPointer { buffer in
            var value = berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
            guard cookie != nil else { return ldap_create_page_control(ld, ber_int_t(size), nil, 1, &control) }
            return ldap_create_page_control(ld, ber_int_t(size), &value, 1, &control)
        }
        return status == LDAP_SUCCESS ? control : nil
    }
}

/// What a server answered.
enum LDAPAnswer {
    static func entries(_ ld: OpaquePointer, _ result: OpaquePointer) -> [LDAPEntry] {
        var entries: [LDAPEntry] = []
        var next = ldap_first_entry(ld, result)
        while let entry = next {
            entries.append(Self.entry(ld, entry))
            next = ldap_next_entry(ld, entry)
        }
        return entries
    }

    private static func entry(_ ld: OpaquePointer, _ entry: OpaquePointer) -> LDAPEntry {
        let name = ldap_get_dn(ld, entry)
        defer { ldap_memfree(name) }
        var attributes: [String: [[UInt8]]] = [:]
        var place: OpaquePointer?
        var next = ldap_first_attribute(ld, entry, &place)
        while let attribute = next {
            // `cn;lang-de` is a cn.
            let key = String(cString: attribute).lowercased().prefix { $0 != ";" }
            attributes[String(key), default: []] += values(ld, entry, attribute)
            ldap_memfree(attribute)
            next = ldap_next_attribute(ld, entry, place)
        }
        ber_free(place, 0)
        return LDAPEntry(dn: name.map { String(cString: $0) } ?? "", attributes: attributes)
    }

    private static func values(
        _ ld: OpaquePointer, _ entry: OpaquePointer, _ attribute: UnsafeMutablePointer<CChar>
    ) -> [[UInt8]] {
        guard let list = ldap_get_values_len(ld, entry, attribute) else { return [] }
        defer { ldap_value_free_len(list) }
        var values: [[UInt8]] = []
        var index = 0
        while let value = list[index] {
            values.append(Array(UnsafeRawBufferPointer(start: value.pointee.bv_val, count: Int(value.pointee.bv_len))))
            index += 1
        }
        return values
    }

    /// Nil behind the last page.
    static func cookie(_ ld: OpaquePointer, _ result: OpaquePointer) -> [UInt8]? {
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
        var status: Int32 = 0
        guard ldap_parse_result(ld, result, &status, nil, nil, nil, &controls, 0) == LDAP_SUCCESS, let controls else {
            return nil
        }
        defer { ldap_controls_free(controls) }
        guard let control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nil) else { return nil }
        var (count, cookie) = (ber_int_t(0), berval())
        guard ldap_parse_pageresponse_control(ld, control, &count, &cookie) == LDAP_SUCCESS else { return nil }
        defer { ber_memfree(cookie.bv_val) }
        let bytes = Array(UnsafeRawBufferPointer(start: cookie.bv_val, count: Int(cookie.bv_len)))
        return bytes.isEmpty ? nil : bytes
    }
}
