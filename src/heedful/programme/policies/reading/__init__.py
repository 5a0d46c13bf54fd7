"""Reading a policy's file: from bytes that anybody may have made to headings and text, or a refusal that says what, where and the way out."""
