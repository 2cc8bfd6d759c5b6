"""Given names as they are common in the United States, in small letters; those that are everyday words are left out."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
aaron abby abigail adam adrian agnes alan albert alejandro alex alexander alexandra alexis alice alicia alison allen
allison alma alyssa amanda amber amelia amy ana andrea andrew andy angel angela angelica angie anita ann anna anne
annette annie anthony antonio ariel arlene arthur ashley audrey austin autumn ava barb barbara barry beatrice becky
belinda ben benjamin bernadette bernard bernice bert beth bethany betty bev beverly billie billy blake bob bobbie
bobby bonnie brad bradley brandi brandon brandy brenda brendan brent brett brian briana bridget brittany brooke
bruce bryan byron caitlin caleb calvin cameron candace candice carl carla carlos carmen carol carole caroline
carolyn carrie casey cassandra cassie catherine cathy cecilia cedric celeste celia chad charlene charles charlie
charlotte chelsea cheri cherie cheryl chester chloe chris christian christie christina christine christopher christy
cindy claire clara clarence claudia clayton clifford clint clinton clyde cody colin colleen connie connor constance
corey cory courtney craig cristina crystal curt curtis cynthia daisy dakota dale dallas damon dan dana daniel
danielle danny daphne darcy darin darla darlene darnell darrell darren darryl daryl dave david dean deanna deb
debbie deborah debra dee delores dena denise dennis derek derrick desiree devin diana diane dianna diego dixie
dolores dominic don donald donna donnie dora doreen doris dorothy doug douglas duane dustin dwayne dwight dylan earl
ed eddie edgar edith edna edward edwin eileen elaine eleanor elena eli elijah elizabeth ella ellen emily emma eric
erica erik erika erin ernest esther ethan ethel eugene eva evan evelyn fay faye felicia felipe fernando flor
florence floyd frances francis francisco frank fred freda freddie frederick gabriel gabriela gail garrett gary gavin
gayle gene geoffrey george gerald geraldine gilbert gina ginger gladys glen glenda glenn gloria gordon greg gregg
gregory gretchen guadalupe gwen gwendolyn hal hannah harold harriet harry harvey hazel heather hector heidi helen
henry herbert herman hilda holly howard hugh ian ida ines irene iris irma isaac isabel ivan jack jackie jackson
jacob jacqueline jade jaime jake james jamie jan jane janelle janet janice janis jared jasmine jason javier jay jean
jeanette jeanne jeff jeffery jeffrey jen jenna jennie jennifer jenny jeremiah jeremy jerome jerry jesse jessica
jessie jesus jill jim jimmy jo joan joann joanna joanne jocelyn jodi jodie jody joe joel john johnnie johnny jolene
jon jonathan jordan jorge jose joseph josephine josh joshua joyce juan juanita judith judy julia julian julie julio
justin kaitlyn kara karen kari karl karla kate katelyn katherine kathleen kathryn kathy katie katrina kay kayla
keith kelli kellie kelly kelsey ken kendra kenneth kent kerri kerry kevin kim kimberly kirk krista kristen kristi
kristin kristina kristine kristy kurt kyle lacey lana larry latoya laura lauren laurie leah lee lena leo leon
leonard leroy leslie lester levi lewis lillian lily linda lindsay lindsey lisa liz lloyd logan lois lonnie lori
lorraine louis louise lucas lucia lucille lucy luis luke lupe lydia lynda lynette lynn lynne mabel mack mackenzie
maggie mandy manuel marc marcia marco marcus margaret margarita marge maria marian marianne marie marilyn mario
marion marissa marjorie marla marlene marsha martha martin marty marv marvin mary mathew matt matthew maureen
maurice maxine megan meghan melanie melinda melissa melody melvin mercedes meredith micaela micah michael michele
michelle mick miguel mike mildred milton mindy miranda misty mitch mitchell molly mona monica monique morgan muriel
myrtle nadine nancy naomi natalie natasha nathan nathaniel neil nelson nicholas nick nicole nina noah noel nora
norma norman olga olive olivia omar opal oscar otto owen paige pam pamela pat patricia patrick patsy patti patty
paul paula pauline pearl pedro peg peggy penny perla perry pete peter phil philip phillip phyllis priscilla priya
rachel rafael ralph ramon ramona randall randy raul ray raymond rebecca reggie regina reginald rene renee rex rhonda
ricardo richard rick ricky rita rob robbie robert roberta roberto robin rochelle rocky rod roderick rodney roger
roland ron ronald ronnie rosa rosalie rosemary ross roxanne roy ruben ruby russell rusty ruth ryan sabrina sal sally
sam samantha samuel sandra sandy sara sarah savannah scott sean sergio seth shane shannon shari sharon shaun shawn
sheila shelby shelia shelley shelly sheri sherri sherry shirley sid sidney sierra silvia simon simone sofia sonia
sonya sophia stacey stacie stacy stan stanley stella stephanie stephen steve steven stuart sue susan suzanne sydney
sylvia tabitha tamara tami tammy tanner tanya tara tasha taylor ted teresa teri terrance terrence terri terry tessa
thelma theodore theresa thomas tiffany tim timothy tina todd tom tommy toni tony tonya tracey traci tracy travis
trent trevor trisha troy ty tyler valerie vanessa vera verna vernon veronica vic vicki vickie victor victoria vince
vincent viola violet virginia vivian wade wallace walt walter wanda warren wayne wendell wendy wesley whitney
willard william willie wilma winifred yesenia yolanda yvette yvonne zach zachary
""".split()  # noqa: SIM905
)
