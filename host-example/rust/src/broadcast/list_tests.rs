//! Lists as people and spreadsheets write them.

use super::*;

const MEMBERS: [&str; 3] = ["phoneNumber", "languageCode", "recipientType"];

fn list(text: &str, skip_invalid: bool) -> Result<List, String> {
    let list = List::read(Path::new("x.csv"), text.as_bytes(), &MEMBERS, skip_invalid);
    list.map_err(|problem| problem.to_string())
}

fn read(text: &str) -> Result<Vec<Row>, String> {
    list(text, false).map(|list| list.rows)
}

#[test]
fn each_line_is_a_recipient_with_the_members_of_its_columns() {
    let rows = read("phoneNumber,languageCode\n+16505550001, de \n\"+16505550002\",\n").unwrap();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| (row.line, row.number.as_str()))
        .collect();
    assert_eq!(lines, [(2, "+16505550001"), (3, "+16505550002")]);
    assert_eq!(rows[0].members["languageCode"], "de");
    assert!(rows[1].members.is_empty());
}

#[test]
fn every_mistake_is_named_before_anything_is_sent() {
    for (text, words) in [
        ("", "x.csv:1: there is no column phoneNumber"),
        ("phoneNumber\n", "nobody"),
        (
            "phoneNumber,colour\n16505550001,red\n",
            "x.csv:1: colour is no column of a list; it may have phoneNumber, languageCode",
        ),
        (
            "phoneNumber,languageCode\n16505550001,de\n,de\n",
            "x.csv:3: phoneNumber is empty",
        ),
        (
            "phoneNumber\n+1 6505550001\n16505550002\n16505550001\n",
            "x.csv:4: phoneNumber is the same as in line 2",
        ),
        (
            "phoneNumber,languageCode\n16505550001\n",
            "x.csv:2: it has 1 fields, and the first line has 2",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(words), "{words}: {error}");
        assert!(error.starts_with("nothing was sent"), "{error}");
    }
    let many = (0..30).fold("phoneNumber\n".to_owned(), |text, number| {
        format!("{text}1650555{number:04},x\n1650555{number:04}\n1650555{number:04}\n")
    });
    let error = read(&many).unwrap_err();
    assert!(
        error.contains("2 fields, and the first line has 1 (and 29 more lines)"),
        "{error}"
    );
    assert!(error.contains("and 11 more\n"), "{error}");
}

#[test]
fn h10_lists_of_spreadsheets_are_understood() {
    for text in [
        "phoneNumber;languageCode\r\n+16505550001;de\r\n",
        "phoneNumber\tlanguageCode\n+16505550001\tde\n",
        "sep=;\nphoneNumber;languageCode\n+16505550001;de\n",
        "\u{feff}\"phoneNumber\",\"languageCode\"\n\"+16505550001\",de\n\n,\n",
        "Phone Number,Language_Code\r+16505550001,de\r",
        "languageCode,phoneNumber\nde,'+16505550001\n",
        "languageCode,phoneNumber\nde,\"=\"\"+16505550001\"\"\"\n",
        "languageCode,phoneNumber\nde,\u{202a}+16505550001\u{202c}\n",
        "languageCode,phoneNumber\nde,tel:+16505550001\n",
    ] {
        let rows = read(text).unwrap();
        assert_eq!(rows.len(), 1, "{text}");
        assert_eq!(rows[0].number, "+16505550001", "{text}");
        assert_eq!(rows[0].members["languageCode"], "de", "{text}");
    }
    let rows = read("sep=;\nphoneNumber\n16505550001\n16505550002\n").unwrap();
    assert_eq!(
        (rows[0].line, rows[1].line),
        (3, 4),
        "lines are those of the file"
    );
}

#[test]
fn h10_a_lone_quote_is_a_mistake_also_where_lines_may_be_left_out() {
    let text = "phoneNumber,name\n+16505550001,x\n+16505550002,\"y\n+16505550003,z\n";
    let text = text.replace("name", "languageCode");
    for skip_invalid in [false, true] {
        let error = list(&text, skip_invalid).unwrap_err();
        assert!(error.contains("x.csv:3: a quote"), "{error}");
    }
}

#[test]
fn h10_an_empty_column_at_the_end_is_none() {
    for text in [
        "phoneNumber;\n+16505550001;\n+16505550002\n",
        "phoneNumber\n+16505550001;\n+16505550002;;\n"
            .replace(';', ",")
            .as_str(),
        "phoneNumber;;\n+16505550001;;\n+16505550002;\n",
    ] {
        assert_eq!(read(text).unwrap().len(), 2, "{text}");
    }
    for text in [
        "phoneNumber;\n+16505550001;x\n",
        "phoneNumber\n+16505550001,x\n",
    ] {
        assert!(read(text).unwrap_err().contains("x.csv:2"), "{text}");
    }
}

#[test]
fn h10_a_mistake_of_many_lines_is_named_once_and_bad_lines_can_be_left_out() {
    let numbers = [
        "1.65056E+10",
        "1,65056E+10",
        "abc",
        "16505550001.0",
        "0151 2345678",
        "12",
    ];
    let lines = numbers.map(|number| format!("\"{number}\"\n")).concat();
    let text = format!("phoneNumber\n{lines}+16505550009\n{}", "abc\n".repeat(500));
    let error = read(&text).unwrap_err();
    assert!(error.lines().count() <= 8, "{error}");
    assert!(
        error.contains("x.csv:4: ") && error.contains("(and 500 more lines)"),
        "{error}"
    );
    assert!(
        error.contains("spreadsheet") && error.contains("country code"),
        "{error}"
    );
    let list = list(&text, true).unwrap();
    assert_eq!(list.rows.len(), 1);
    assert_eq!((list.rows[0].line, list.invalid.len()), (8, 506));
    assert_eq!(list.invalid[0].number, "1.65056E+10");
}

#[test]
fn h10_a_number_in_two_spellings_is_one_recipient() {
    let error = read("phoneNumber\n+55 11 98765-4321\n551187654321\n").unwrap_err();
    assert!(error.contains("the same as in line 2"), "{error}");
    let rows = read("phoneNumber\n+55 11 98765-4321\nUS.123\n").unwrap();
    assert_eq!(
        rows[0].number, "+55 11 98765-4321",
        "it is sent to as it is written"
    );
    // As versions before this one knew it.
    assert!(
        rows[0]
            .former
            .contains(&Key::of(&["recipient", "5511987654321"]))
    );
    assert_eq!(rows[0].recipient, Key::of(&["recipient", "551187654321"]));
    assert_eq!(rows[1].former, [Key::of(&["recipient", "US123"])]);
    let rows = read("phoneNumber,recipientType\nY2FwaV9ncm91cA==,group\n").unwrap();
    assert_eq!(rows[0].number, "Y2FwaV9ncm91cA==");
}

#[test]
fn h11_columns_fill_the_variables_of_a_template() {
    let text = "phoneNumber,parameter.2,parameter.1\n16505550001,20%,Ana\n";
    assert!(has_parameters(text.as_bytes()) && !has_parameters(b"phoneNumber\nparameter.1\n"));
    assert_eq!(
        read(text).unwrap()[0].members["parameters"],
        json!(["Ana", "20%"])
    );
    let text = "phoneNumber;parameter.name\n16505550001;Ana\n";
    let named = json!([{"name": "name", "text": "Ana"}]);
    assert_eq!(read(text).unwrap()[0].members["parameters"], named);
    let error = read("phoneNumber,parameter.1\n16505550001,\n").unwrap_err();
    assert!(error.contains("parameter.1 is empty"), "{error}");
}
